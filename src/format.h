/*
 * The table of formats: what --from, --to and -o know. Help, manual and
 * completions are checked against it.
 */
#ifndef FORMAT_H
#define FORMAT_H

#include "in/input.h"
#include "out/writer.h"

struct format {
	const char *name;
	const char *about;   /* one line, for help */
	const char *endings; /* of file names, with dots, blank-separated; NULL: none */
	input_open *in;      /* NULL: not read */
	writer_open *out;    /* NULL: not written */
	/* Finds it out from what a file begins with (up to 64 KiB); NULL: it is only named. */
	input_recognise *recognise;
	bool whole;  /* a file is one document, to which nothing can be added */
	bool folder; /* written to a folder: its destination is a name, and never opened */
};

/* Ends with a row whose name is NULL. */
extern const struct format formats[];

/* NULL when there is none. */
const struct format *format_named(struct subunit2_view name);
/* By a file name's ending, ".gz" aside; NULL when none fits. */
const struct format *format_of_path(const char *path);
/* By its first bytes: of the formats that show themselves there the one that does so
 * first, since one may quote another; subunit, which takes everything, if none does. */
const struct format *format_of_bytes(struct subunit2_view head);
/* The same when no more of the file can change it, NULL when more may. */
const struct format *format_certain(struct subunit2_view head);

#endif
