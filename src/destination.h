/*
 * Destinations: the files behind the writers (out/writer.h), opened and closed.
 */
#ifndef DESTINATION_H
#define DESTINATION_H

#include "out/writer.h"

enum color {
	COLOR_AUTO, /* on a terminal, unless NO_COLOR; CLICOLOR_FORCE means everywhere */
	COLOR_ALWAYS,
	COLOR_NEVER,
};

struct destination_options {
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
int destination_open(struct destination *to, const char *path,
                     const struct destination_options *options, struct subunit2_error *error);

/* Writes what is buffered. */
int destination_flush(struct destination *to, struct subunit2_error *error);

/* Flushes and closes, also when it fails. What failed before fails here again. */
int destination_close(struct destination *to, struct subunit2_error *error);

#endif
