/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Finds JSON events, each at the end of a line, between other bytes: the form of a stream for
 * channels that are not 8-bit clean. Carriage returns and blanks around an event are ignored.
 * Before the event, the line may have the text of a program that did not end its line. If a whole
 * event does not follow such text, all of the line is text.
 *
 * Each byte is passed on once, in order: in an event, in damage, or as other. With one exception:
 * if a line was passed on because the input was silent, and is then completed to an event, the
 * event is passed on, too. Memory is one line that may be an event, at most JSON_EVENT_MAX.
 */
#ifndef JSON_LINES_H
#define JSON_LINES_H

#include <subunit2/sink.h>

/* A line that may be an event is passed on after this much silence. */
#define JSON_LINES_SILENCE_MS 1000

struct json_lines;

/*
 * Events go to SINK, which is not finished, and so does damage: a line that
 * claims to be an event but is not one. OTHER takes the rest, with CONTEXT.
 * STRICT: every line that is not blank claims to be an event, as a whole.
 */
struct json_lines *
json_lines_new(struct subunit2_sink *sink, bool strict,
               enum subunit2_result (*other)(void *context, struct subunit2_view bytes,
                                             int64_t now_ms, struct subunit2_error *error),
               void *context);
void json_lines_free(struct json_lines *lines);

enum subunit2_result json_lines_feed(struct json_lines *lines, struct subunit2_view bytes,
                                     int64_t now_ms, struct subunit2_error *error);
/* Returns the time of the next json_lines_tick; INT64_MAX if no call is needed. */
int64_t json_lines_deadline(const struct json_lines *lines);
enum subunit2_result json_lines_tick(struct json_lines *lines, int64_t now_ms,
                                     struct subunit2_error *error);

/* Ends the line that is held: the input ends here, or holds something else. The next bytes
 * begin a line. */
enum subunit2_result json_lines_end(struct json_lines *lines, int64_t now_ms,
                                    struct subunit2_error *error);

#endif
