/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The table of formats: what --from, --to and -o know. Help, manual and
 * completions are checked against it.
 */
#ifndef FORMAT_H
#define FORMAT_H

#include "input.h"
#include "writer.h"

struct format {
	const char *name;
	const char *about;          /* one line, for help */
	const char *endings;        /* of file names, with dots, blank-separated; NULL: none */
	input_open *in;             /* NULL: not read */
	writer_open *out;           /* NULL: not written */
	input_recognise *recognise; /* NULL: it is never found out, only named */
	bool whole;                 /* a file is one document, to which nothing can be added */
	bool folder; /* written to a folder: its destination is a name, and never opened */
};

/* Ends with a row whose name is NULL. */
extern const struct format formats[];

/* NULL when there is none. */
const struct format *format_named(struct subunit2_view name);
/* By a file name's ending, ".gz" aside; NULL when none fits. */
const struct format *format_of_path(const char *path);

/* What HEAD tells. Of the formats that show themselves there it is the one that does so
 * first, since one may quote another. */
struct format_found {
	const struct format *format; /* NULL: none does */
	struct detect_result sign;   /* of that one; promise and holds are those of any */
};
struct format_found format_find(const struct detect_head *head);

/* The format of what begins with HEAD, when no more of it can change that; else NULL. */
const struct format *format_certain(struct subunit2_view head);
/* What is in none that is found out is text: this one takes everything. */
const struct format *format_of_text(void);

#endif
