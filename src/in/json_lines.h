/*
 * Finds JSON events that stand alone on a line, between other bytes: the form
 * of a stream for channels that are not 8-bit clean. Carriage returns and
 * blanks around an event do not matter.
 *
 * Every byte comes out once, in order: in an event, in a bad line, or as other.
 * (An exception: a line that was let go because the input fell silent may still
 * be completed to an event, which is delivered then.) Memory is one line that
 * may be an event, at most JSON_EVENT_MAX.
 */
#ifndef JSON_LINES_H
#define JSON_LINES_H

#include <subunit2/error.h>
#include <subunit2/event.h>

/* A line that may be an event is let go after this much silence. */
#define JSON_LINES_SILENCE_MS 1000

struct json_lines_handler {
	int (*event)(void *context, const struct subunit2_event *event,
	             struct subunit2_error *error);
	int (*other)(void *context, struct subunit2_view bytes, int64_t now_ms,
	             struct subunit2_error *error);
	/* LINE claims to be an event, and is none. */
	int (*bad)(void *context, struct subunit2_view line, const char *reason,
	           struct subunit2_error *error);
};

struct json_lines;

/* STRICT: every line that is not blank claims to be an event. HANDLER is copied. */
struct json_lines *json_lines_new(const struct json_lines_handler *handler, void *context,
                                  bool strict);
void json_lines_free(struct json_lines *lines);

int json_lines_feed(struct json_lines *lines, struct subunit2_view bytes, int64_t now_ms,
                    struct subunit2_error *error);
/* When tick wants to be called (INT64_MAX: never), and the call. */
int64_t json_lines_deadline(const struct json_lines *lines);
int json_lines_tick(struct json_lines *lines, int64_t now_ms, struct subunit2_error *error);

/* Something else stands here in the input, or nothing does: what is held is all
 * there is of its line, and what follows begins a line. */
int json_lines_end(struct json_lines *lines, int64_t now_ms, struct subunit2_error *error);

#endif
