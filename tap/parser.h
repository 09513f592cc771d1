/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The parser: reads the bytes of a TAP producer and emits facts.
 *
 * It is a push parser: any split of the input gives the same facts, except that text and lines
 * longer than 64 KiB may be emitted in other pieces. It keeps one line and a fixed number of
 * levels, and allocates no memory.
 *
 * Bytes that cannot become TAP are emitted at once, also within a line. Bytes that still may
 * become TAP are emitted as text if no more follow for a while. A result that stands after text in
 * its line ("loading... ok 3 - loaded"), as where a program did
 * not end its line, counts when it has the number that is expected next.
 */
#ifndef TAP_PARSER_H
#define TAP_PARSER_H

#include "candidates.h"
#include "documents.h"
#include "embedded.h"
#include "grammar.h"

#define TAP_LINE_MAX 65536 /* bytes that are looked at; the rest of a line is output */

struct tap_parser {
	struct tap_grammar grammar;
	tap_fact_function *emit;
	void *context;
	enum {
		TAP_AT_LINE,
		TAP_IN_TEXT,    /* in a line that is not TAP, unless a result follows */
		TAP_IN_OUTPUT,  /* in the rest of a long line of TAP */
		TAP_IN_COMMENT, /* in the rest of a long one */
		TAP_IN_YAML,
	} state;
	bool ending;                       /* there will be no more bytes */
	struct tap_embedded before_result; /* this line's text */
	size_t result_level;   /* of the result after text; TAP_NO_LEVEL: no result is */
	struct tap_bytes text; /* not emitted yet; a part of the bytes in hand */
	size_t head_len;       /* of a line of text that is emitted in pieces */
	char head[TAP_TEXT_LINE_MAX + 1];
	size_t emitted_len; /* held bytes that were emitted as text already */
	size_t held_len;    /* of a line that is not complete */
	char held[TAP_LINE_MAX + 1];
	struct tap_candidates candidates; /* before TAP begins */
};

void tap_parser_init(struct tap_parser *parser, struct tap_rules rules, tap_fact_function *emit,
                     void *context);

int tap_parser_feed(struct tap_parser *parser, struct tap_bytes bytes);

/* Returns true if TAP has not begun, the next byte begins a line, and no earlier line may still
 * become TAP. */
static inline bool
tap_parser_is_idle(const struct tap_parser *parser)
{
	return !parser->grammar.begun && !parser->grammar.proved && parser->state == TAP_AT_LINE &&
	       !parser->held_len && !tap_candidates_wait(&parser->candidates);
}

/* Returns whether bytes of an incomplete line wait to be emitted. */
static inline bool
tap_parser_holds(const struct tap_parser *parser)
{
	return parser->held_len > parser->emitted_len;
}

/*
 * Call this if no bytes have come for a while. Emits candidates as text, and also the bytes that
 * are held, such as a prompt, unless they would be TAP if the line ended here. The bytes stay held:
 * with the rest of the line they may still be TAP, although they were emitted as text.
 */
int tap_parser_pause(struct tap_parser *parser);

/* Ends the input. */
int tap_parser_finish(struct tap_parser *parser);

/* Returns whether there was TAP. */
static inline bool
tap_parser_has_seen(const struct tap_parser *parser)
{
	return parser->grammar.seen;
}

#endif
