/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A feed: the way of one input's bytes into events. What tells its format, unless that
 * was said, is looked for in its first 64 KiB, or what comes of them before the producer
 * pauses, and as long as nothing but text has come also in every line after them, so that
 * it does not matter when they come.
 *
 * An input without another format is text and packets. If its name ends as that of packets does,
 * if the caller expects packets, or if it begins with a damaged packet (see packet_damage.h),
 * damage in it is reported from its first byte on.
 *
 * A byte order mark at the beginning is skipped, but for packets and text. An input without
 * a byte is in the format that its name's ending tells: an empty .xml is no JUnit.
 */
#ifndef AUTODETECT_H
#define AUTODETECT_H

#include "format.h"

struct autodetect_options {
	const struct format *from; /* NULL: found out */
	const char *name;          /* of the input */
	const char *id;            /* for formats that have no ids of their own; NULL: the name */
	bool strict;
	bool packets;  /* unless it has another format, packets are expected in it */
	bool must_fit; /* an input with bytes, but without an event of its format, is an error */
};

struct autodetect;

/* SINK and the strings of OPTIONS outlive the feed. */
struct autodetect *autodetect_new(const struct autodetect_options *options,
                                  struct subunit2_sink *sink);
void autodetect_free(struct autodetect *autodetect); /* NULL is allowed */

/* As for an input (see read/input.h), with the format's errors: a result other than
 * SUBUNIT2_E_OK ends the feed. After an error of reading autodetect_finish is still due. */
enum subunit2_result autodetect_bytes(struct autodetect *autodetect, struct subunit2_view bytes,
                                      int64_t now_ms, struct subunit2_error *error);
int64_t autodetect_deadline(const struct autodetect *autodetect); /* INT64_MAX: never */
enum subunit2_result autodetect_tick(struct autodetect *autodetect, int64_t now_ms,
                                     struct subunit2_error *error);
enum subunit2_result autodetect_finish(struct autodetect *autodetect, struct subunit2_error *error);

#endif
