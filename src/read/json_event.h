/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A JSON event: reads a line that src/write/json.c writes as an event.
 */
#ifndef JSON_EVENT_H
#define JSON_EVENT_H

#include <subunit2/event.h>

/* No event needs a longer line: a packet whose every byte is an escape. */
#define JSON_EVENT_MAX (6 * 4194303 + 4096)

enum json_event_match {
	JSON_EVENT_NO,
	JSON_EVENT_MAYBE, /* it may be one, depending on further bytes */
	JSON_EVENT_YES,
};

/* Returns whether a line that begins with HEAD claims to be an event: a JSON object whose first
 * member is "subunit":2. A few blanks before it, and one between its tokens, are allowed. */
enum json_event_match json_event_match(struct subunit2_view head);

#define JSON_EVENT_REASON_SIZE 256

struct json_event_parser;
struct json_event_parser *json_event_parser_new(void);
void json_event_parser_free(struct json_event_parser *parser);

/*
 * Reads LINE, all of it, as an event whose views live until the next call. It
 * is strict: an unknown, repeated or ill-typed member, a missing "runnable", and
 * values that a packet cannot hold are refused: returns false, with REASON filled.
 */
bool json_event_read(struct json_event_parser *parser, struct subunit2_view line,
                     struct subunit2_event *event, char reason[JSON_EVENT_REASON_SIZE]);

#endif
