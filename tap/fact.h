/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The facts in the output of a TAP producer, in the order of the output. The files that find them,
 * from the parser down, do not call libsubunit2; those that make events of them do: events,
 * verdict, tests, sender, scopes and names.
 */
#ifndef TAP_FACT_H
#define TAP_FACT_H

#include "bytes.h"

#include <stdint.h>

enum tap_fact_kind {
	TAP_FACT_TEXT,    /* bytes: not TAP */
	TAP_FACT_COMMENT, /* bytes, ends, raw, before */
	TAP_FACT_YAML,    /* bytes (absent: a line that opens or ends a block), opens, ends, raw,
	                     duration_ns */
	TAP_FACT_STEP,    /* other TAP: the text before it is complete */
	TAP_FACT_SPILL,   /* the comments that came before belong to no result */
	TAP_FACT_WAIT, /* a result came; its fact follows the next line, which completes its name */
	TAP_FACT_HEADER,   /* a version; boot */
	TAP_FACT_DOCUMENT, /* that of another script follows; bytes: its name, may be empty */
	TAP_FACT_OPEN,     /* a level opens; bytes: its name, if known; number, of_result */
	TAP_FACT_NAME,     /* bytes: the name of the newest level, which had none */
	TAP_FACT_CLOSE,    /* the newest level ended, and its own result did not follow */
	TAP_FACT_RESULT,   /* bytes and tail: the name, may be empty; see also the members below */
	TAP_FACT_SKIP_ALL, /* the script's plan is 1..0; bytes: why, may be empty */
	TAP_FACT_BAIL_OUT, /* bytes: why, may be empty */
	TAP_FACT_FAULT,    /* bytes: a fault of the newest level */
};

enum tap_outcome {
	TAP_PASSED,
	TAP_FAILED,
	TAP_SKIPPED,
	TAP_TODO_FAILED,
	TAP_TODO_PASSED,
};

/* A fact. Its views are valid until the callback returns. Names and reasons contain escapes: see
 * tap_unescape. */
struct tap_fact {
	enum tap_fact_kind kind;
	enum tap_outcome outcome; /* RESULT */
	struct tap_bytes bytes, tail;
	struct tap_bytes raw;    /* the line, in case it is no TAP; also of RESULT and STEP */
	struct tap_bytes reason; /* RESULT; may be empty */
	uint64_t number;         /* RESULT; OPEN: the number that its own result should have */
	int64_t duration_ns;     /* TAP_NO_DURATION: not declared */

	bool before;    /* comments belong to the next result; also on RESULT */
	bool opens;     /* YAML: the line opens a block */
	bool ends;      /* the line is complete; else a piece of a long one */
	bool of_result; /* OPEN: the subtest of the last result */
	bool orphan;    /* CLOSE: its own result is missing */
	bool bare;      /* CLOSE: nothing announced the level, and the script has other results; if
	                   ORPHAN too, it is no TAP */
	unsigned boot;  /* HEADER: 1, and one more for each restart in mid-plan */

	/* Of RESULT only: */
	bool lost;       /* the test was running when the system restarted */
	bool closes;     /* the newest level is the subtest of this result, and ends here */
	bool waited;     /* its line came when the last WAIT was emitted */
	bool announced;  /* as BEFORE, but diagnostics may follow, too */
	bool literal;    /* bytes and tail are printable ASCII without escapes */
	bool name_after; /* the name was guessed from the text after a directive */
};

/* A result other than 0 ends the call into the parser, which returns it. */
typedef int tap_fact_function(void *context, const struct tap_fact *fact);

#endif
