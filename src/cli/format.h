/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The table of the formats that --from, --to and -o accept. Tests compare the help, the manual and
 * the completions with it.
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
	input_recognise *recognise; /* NULL: the format is never detected, only named */
	bool shows_labels;          /* writes tests as they end, each with the label of its route */
	bool whole;                 /* a file is one document, to which nothing can be added */
	bool folder; /* written to a folder: its destination is a name, and never opened */
};

/* Ends with a row whose name is NULL. */
extern const struct format formats[];

/* Returns the format with that NAME, or NULL. */
const struct format *format_named(struct subunit2_view name);
/* Returns the name of the format that NAME may be a mistyped form of, of those that are READ or
 * WRITTEN; NULL: no name is near. */
const char *format_nearest(struct subunit2_view name, bool read, bool written);
/* Returns an error message about NAME, which is not a format that is read or, if WRITTEN, written:
 * it has the nearest name, or all names if no name is near. To be freed. */
char *format_refusal(struct subunit2_view name, bool written);

/* Returns the format that the ending of PATH names, without ".gz"; or NULL. */
const struct format *format_of_path(const char *path);

/* The result of a search for the signs of all formats. */
struct format_found {
	const struct format *format; /* that of the first sign; NULL: no sign was found */
	struct detect_result sign;   /* AT is the first sign; PROMISE and HOLDS are of any format */
};

/* Searches HEAD. If several formats have signs in it, the first sign counts, because its format may
 * quote the others. */
struct format_found format_find(const struct detect_head *head);

/* Returns the format of an input that begins with HEAD, if its other bytes cannot change it;
 * else NULL. */
const struct format *format_certain(struct subunit2_view head);
/* Returns the format of an input in which no other is found: it accepts all bytes. */
const struct format *format_of_text(void);

#endif
