/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * An input: turns the bytes of one file or pipe into events. Each format that is read has one, in a
 * file of its own.
 *
 * To write one, make this struct the first member of your own. FEED takes bytes in pieces of any
 * size. NOW_MS is the time of any monotonic clock; for a file that cannot grow it is always 0. A
 * result other than SUBUNIT2_E_OK ends the input. FINISH ends it, too, but does not finish the
 * sink.
 */
#ifndef INPUT_H
#define INPUT_H

#include "detect.h"

#include <subunit2.h>

struct input {
	enum subunit2_result (*feed)(struct input *self, const void *data, size_t len,
	                             int64_t now_ms, struct subunit2_error *error);
	int64_t (*deadline)(const struct input *self); /* NULL: no tick is needed */
	enum subunit2_result (*tick)(struct input *self, int64_t now_ms,
	                             struct subunit2_error *error);
	enum subunit2_result (*finish)(struct input *self, struct subunit2_error *error);
	void (*free)(struct input *self);
};

struct input_options {
	const char *name; /* of the file, for formats that have no ids of their own */
	const char *id;   /* --id; NULL: not given */
	bool declared;    /* the user named the format: bytes that do not fit it are damage */
	bool strict;
};

/* Events go to SINK, which outlives the input. NULL with ERROR filled on failure. */
typedef struct input *input_open(const struct input_options *options, struct subunit2_sink *sink,
                                 struct subunit2_error *error);

/* One line here for each file in this folder; cli/format.c is the table. */
input_open input_subunit; /* v2 packets; JSON events at the end of a line, too */
input_open input_subunit1;
input_open input_json;
input_open input_tap;
input_open input_junit;
input_open input_junit_colons; /* the same, with CLASSNAME::NAME as the id of every case */
input_open input_gojson;
/* The consoles of harnesses; see console_input.c. */
input_open input_automake, input_ctest, input_meson, input_prove, input_autotest, input_dejagnu;

/* Returns where DETECT_HEAD has a sign of the format; see cli/format.h. */
typedef struct detect_result input_recognise(const struct detect_head *detect_head);
input_recognise recognise_subunit;
input_recognise recognise_subunit1;
input_recognise recognise_json;
input_recognise recognise_tap;
input_recognise recognise_junit;
input_recognise recognise_gojson;
input_recognise recognise_automake, recognise_ctest, recognise_meson, recognise_prove,
	recognise_autotest, recognise_dejagnu;

#endif
