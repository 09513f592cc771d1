/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Output files: opened for the writers (write/writer.h) and closed after them.
 */
#ifndef OUTPUT_FILE_H
#define OUTPUT_FILE_H

#include <stdio.h>
#include <subunit2.h>

/*
 * The output of a writer. A writer of text uses FILE; the owner of the output flushes and closes
 * it, and checks for errors, which FILE keeps (ferror). A writer of packets uses a subunit2_output
 * on FD; no other part of the program writes to FD then.
 */
struct output_file {
	const char *name; /* a path, or "standard output" */
	int fd;
	FILE *file; /* buffered, on FD; NULL for a format that writes to a folder */
	struct retrying_file *retrying; /* of FILE, for its errors */
	bool terminal;
	bool socket;   /* NAME is the address of a listener (socket_output.h) */
	bool able;     /* a terminal whose cursor can be moved, according to TERM */
	bool color;    /* decided by --color, NO_COLOR, CLICOLOR_FORCE and the terminal */
	bool owned;    /* as in subunit2_output_new */
	bool append;   /* keep the content of the file */
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
	bool owned;  /* no other program writes there */
	bool beside; /* another output is the same file: only append */
	bool folder; /* for a writer that creates a folder: open nothing */
	bool flood;  /* much may be written: enlarge a pipe */
	enum color color;
};

/*
 * Opens PATH: a file, which is created, or emptied unless OPTIONS say append; the address of a
 * socket; or "@wrap". NULL means standard output, which is never closed. With the option "folder",
 * opens nothing. PATH must outlive TO. On failure, no descriptor stays open.
 */
enum subunit2_result output_file_open(struct output_file *to, const char *path,
                                      const struct output_file_options *options,
                                      struct subunit2_error *error);

/* Returns SUBUNIT2_E_OK, or the error of the first write that failed. */
enum subunit2_result output_file_check(const struct output_file *to, struct subunit2_error *error);

/* Writes the buffered bytes. */
enum subunit2_result output_file_flush(struct output_file *to, struct subunit2_error *error);

/* Flushes and closes TO, even if the flush fails. Returns an earlier error again. */
enum subunit2_result output_file_close(struct output_file *to, struct subunit2_error *error);

#endif
