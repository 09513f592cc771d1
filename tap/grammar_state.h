/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The state of the grammar from line to line, and the current line. Files that read one kind of
 * line each share them: documents, subtests, results, counted, nested, comments, yaml, producers.
 */
#ifndef TAP_GRAMMAR_STATE_H
#define TAP_GRAMMAR_STATE_H

#include "levels.h"
#include "line.h"
#include "opening.h"

struct tap_grammar {
	struct tap_levels levels;
	bool declared_ktap; /* also if the versions say TAP */
	bool automake;      /* directives as tap-driver.sh reads them */
	bool saved;         /* the output may have been cut anywhere */
	bool begun;         /* TAP was seen, or declared */
	bool seen;          /* TAP was seen */
	bool before;        /* comments come before their result everywhere */
	bool last_failed;   /* the newest result was "not ok" */
	bool numbered;      /* the newest result has a number */
	bool in_message;    /* the last line belongs to a message of the newest result */
	bool announced;     /* a producer was recognised that announces tests by comments */
	bool glib;          /* the producer is GLib */
	bool proved;        /* the newest document follows a header of prove */
	bool parted;        /* text follows a document whose tests have all come */
	unsigned boot;      /* 1, and one more for each restart in mid-plan */
	size_t diagnosed;   /* the level of the result whose diagnostics may follow, or
	                       TAP_NO_LEVEL */
	size_t yaml_column; /* of the block that is open; 0: no block is open */
	enum {
		TAP_NO_LINES,
		TAP_AFTER_VERSION,
		TAP_AFTER_COMMENT, /* that followed the version */
		TAP_AFTER_LINES,
	} position;
	struct tap_opening opening;
};

/* How a line was read. */
enum tap_taken {
	TAP_DECLINED, /* not as TAP: it is text */
	TAP_TAKEN,
	TAP_TAKEN_COMMENT, /* the rest of a long line is comment, too */
	TAP_TAKEN_YAML,
};

/* The current line. */
struct tap_here {
	const struct tap_line *line;
	struct tap_bytes raw; /* all of it, or its beginning if it is long; not empty */
	size_t column;        /* its indentation, and TAP_COLUMN_COMMENT for each "# " before it */
	size_t level;         /* of a result that stands after text, else TAP_NO_LEVEL */
	enum tap_taken taken; /* how it was read; set by its reader */
};

static inline int
tap_grammar_emit(struct tap_grammar *grammar, const struct tap_fact *fact)
{
	return grammar->levels.emit(grammar->levels.context, fact);
}

/* Emits a fact that consists of its kind and BYTES. */
static inline int
tap_grammar_emit_bytes(struct tap_grammar *grammar, enum tap_fact_kind kind, struct tap_bytes bytes)
{
	struct tap_fact fact = {.kind = kind, .bytes = bytes};
	return tap_grammar_emit(grammar, &fact);
}

/* Emits a fact that consists of its kind and RAW, the line. */
static inline int
tap_grammar_emit_raw(struct tap_grammar *grammar, enum tap_fact_kind kind, struct tap_bytes raw)
{
	struct tap_fact fact = {.kind = kind, .raw = raw};
	return tap_grammar_emit(grammar, &fact);
}

/* Returns whether comments belong to the next result, not to the last one. */
static inline bool
tap_grammar_comments_first(const struct tap_grammar *grammar)
{
	return grammar->before || tap_levels_in_comment(&grammar->levels);
}

/* Returns whether indented text below the newest result says why it failed. */
static inline bool
tap_grammar_may_be_message(const struct tap_grammar *grammar)
{
	return grammar->last_failed && grammar->diagnosed != TAP_NO_LEVEL &&
	       !tap_grammar_comments_first(grammar);
}

#endif
