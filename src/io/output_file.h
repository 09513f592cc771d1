/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Destinations: the files behind the writers (write/writer.h), opened and closed.
 */
#ifndef OUTPUT_FILE_H
#define OUTPUT_FILE_H

#include <stdio.h>
#include <subunit2.h>

/*
 * Where a writer writes. Text goes to FILE; whoever opened the destination
 * flushes and closes it, and sees to errors, which FILE keeps (ferror). Packets
 * go to a subunit2_output on FD; nothing else of the process writes there.
 */
struct output_file {
	const char *name; /* a path, or "standard output" */
	int fd;
	FILE *file; /* buffered, on FD; NULL for a format that writes to a folder */
	struct retrying_file *retrying; /* behind FILE, for its errors (io/retrying_file.h) */
	bool terminal;
	bool able;     /* a terminal whose cursor can be moved: TERM says so */
	bool color;    /* --color, NO_COLOR, CLICOLOR_FORCE and the terminal, decided */
	bool owned;    /* as in subunit2_output_new */
	bool append;   /* keep what was written before */
	bool seekable; /* a regular file, written from its start by this writer alone */
	struct subunit2_output *packets; /* set by the subunit writer: flushed with the file */
};

enum color {
	COLOR_AUTO, /* on a terminal, unless NO_COLOR; CLICOLOR_FORCE means everywhere */
	COLOR_ALWAYS,
	COLOR_NEVER,
};

struct output_file_options {
	bool append; /* a file is not emptied first */
	bool owned;  /* nobody else writes there */
	bool beside; /* another destination is the same file: it is only added to */
	bool folder; /* only a name: nothing is opened */
	bool flood;  /* much may be written: a pipe is given more room */
	enum color color;
};

/*
 * PATH is created where it is missing; NULL means standard output, which is
 * never closed. PATH outlives TO. On failure nothing stays open.
 */
enum subunit2_result output_file_open(struct output_file *to, const char *path,
                                      const struct output_file_options *options,
                                      struct subunit2_error *error);

/* SUBUNIT2_E_OK, or the first error of a write to TO's file. */
enum subunit2_result output_file_check(const struct output_file *to, struct subunit2_error *error);

/* Writes what is buffered. */
enum subunit2_result output_file_flush(struct output_file *to, struct subunit2_error *error);

/* Flushes and closes, also when it fails. What failed before fails here again. */
enum subunit2_result output_file_close(struct output_file *to, struct subunit2_error *error);

#endif
