/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Autodetection: finds the format of one input, and passes its bytes to the reader of that format.
 *
 * If the caller names no format, looks for one in the first 64 KiB, or in those of them that
 * arrive before the producer pauses. As long as only text has come, also looks at every later line,
 * so that the result does not depend on when bytes arrive.
 *
 * An input in which no other format is found is text and packets. If its name has an ending of
 * packets, if the caller expects packets, or if it begins with a damaged packet (see
 * packet_damage.h), damage in it is reported from its first byte on.
 *
 * Skips a byte order mark at the beginning, except before packets and text. An empty input has
 * the format of its name's ending: an empty .xml is an error, since it is not JUnit.
 */
#ifndef AUTODETECT_H
#define AUTODETECT_H

#include "format.h"

/* The content that an input must have. Each value demands more than the one before. */
enum autodetect_content {
	AUTODETECT_ANYTHING,
	AUTODETECT_RESULTS, /* an event of its format, unless the input is empty */
	AUTODETECT_RUN,     /* an event of its format */
};

struct autodetect_options {
	const struct format *from; /* NULL: detected */
	const char *name;          /* of the input */
	const char *id;            /* for formats that have no ids of their own; NULL: the name */
	bool strict;
	bool packets;                      /* if no other format is found, it must be packets */
	enum autodetect_content must_hold; /* else autodetect_finish fails */
};

struct autodetect;

/* SINK and the strings of OPTIONS must outlive the result. */
struct autodetect *autodetect_new(const struct autodetect_options *options,
                                  struct subunit2_sink *sink);
void autodetect_free(struct autodetect *autodetect); /* NULL is allowed */

/* As the functions of struct input (see read/input.h). After a result other than SUBUNIT2_E_OK,
 * pass no more bytes. If reading the input fails, call autodetect_finish all the same. */
enum subunit2_result autodetect_bytes(struct autodetect *autodetect, struct subunit2_view bytes,
                                      int64_t now_ms, struct subunit2_error *error);
int64_t autodetect_deadline(const struct autodetect *autodetect); /* INT64_MAX: never */
enum subunit2_result autodetect_tick(struct autodetect *autodetect, int64_t now_ms,
                                     struct subunit2_error *error);
enum subunit2_result autodetect_finish(struct autodetect *autodetect, struct subunit2_error *error);

#endif
