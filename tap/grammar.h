/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The grammar of TAP: lines in, facts out. The meaning of a line depends on the
 * lines before it.
 *
 * A subtest that was not announced begins as TAP does: with a version, a plan, or
 * test 1. In kselftest's way a subtest stands after "# ", which counts as one
 * large indentation. There, and in KTAP, comments come before the result that
 * they belong to.
 *
 * A command may run several scripts, each with a document of its own: each has a
 * version, or a header of prove's, or stands after text that follows the last
 * test of the one before.
 */
#ifndef TAP_GRAMMAR_H
#define TAP_GRAMMAR_H

#include "levels.h"
#include "line.h"
#include "opening.h"

struct tap_grammar {
	struct tap_levels levels;
	bool declared_ktap; /* also if the versions say TAP */
	bool automake;      /* directives as tap-driver.sh reads them */
	bool begun;         /* TAP was seen, or declared */
	bool seen;          /* TAP was seen */
	bool before;        /* comments come before their result everywhere */
	bool last_failed;   /* the newest result was "not ok" */
	bool numbered;      /* it has a number */
	bool in_message;    /* indented text that says why it failed */
	bool announced;     /* a producer was recognised that announces tests by comments */
	bool glib;          /* the producer is GLib */
	bool proved;        /* the newest document stands below a header of prove's */
	bool parted;        /* text stands after a document whose tests have all come */
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
	TAP_DECLINED, /* it is text */
	TAP_TAKEN,
	TAP_TAKEN_COMMENT, /* the rest of a long line is comment, too */
	TAP_TAKEN_YAML,
};

struct tap_rules {
	bool declared; /* TAP from the first line; else as evidence.h has it */
	bool automake; /* directives as automake's tap-driver.sh reads them */
	bool any_line; /* one line of TAP's form is enough evidence */
	bool ktap;     /* KTAP, also if the versions say TAP */
};

void tap_grammar_init(struct tap_grammar *grammar, struct tap_rules rules, tap_fact_function *emit,
                      void *context);

/* The output is TAP: lines that may be count from now on. */
static inline void
tap_grammar_begin(struct tap_grammar *grammar)
{
	grammar->begun = true;
}

/* RAW, not empty, is the whole line, LINE what was read from it. AT is the level
 * of a result that stands after text, else TAP_NO_LEVEL. */
int tap_grammar_line(struct tap_grammar *grammar, const struct tap_line *line, struct tap_bytes raw,
                     size_t at, enum tap_taken *taken);

#define TAP_TEXT_LINE_MAX 511 /* bytes of a line of text that may say anything */

/* LINE, without its newline, is text: prove may say in it where a document begins
 * or ends, unless it is longer than that. */
int tap_grammar_text(struct tap_grammar *grammar, struct tap_bytes line);

/* True when LINE, which is not complete, would be output if it ended here. */
bool tap_grammar_is_output(const struct tap_grammar *grammar, const struct tap_line *line);

/* True if the line that begins with PART, which is not complete, is looked at only as a
 * whole, even if it is text. */
bool tap_grammar_wants_line(const struct tap_grammar *grammar, struct tap_bytes part);

/* True where comments belong to the next result, not to the last one. */
bool tap_grammar_comments_first(const struct tap_grammar *grammar);

/* The end of the input. */
int tap_grammar_finish(struct tap_grammar *grammar);

#endif
