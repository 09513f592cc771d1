/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The details of an outcome in a version 1 stream: the lines between " [" and
 * "]", or the parts between " [ multipart" and "]", each a file of the test.
 *
 *     Content-Type: text/plain;charset=utf8
 *     log
 *     5\r\n
 *     bytes0\r\n
 */
#ifndef SUBUNIT1_DETAILS_H
#define SUBUNIT1_DETAILS_H

#include "lines.h"

#include <subunit2/error.h>
#include <subunit2/event.h>

/* Emits a piece of a file. Only the members of EVENT about files are set. */
typedef enum subunit2_result subunit1_details_emit(void *context, struct subunit2_event *event,
                                                   struct subunit2_error *error);

/* All zeroes at first, except emit and context. */
struct subunit1_details {
	subunit1_details_emit *emit;
	void *context;

	bool ended;         /* the last line was "]" */
	const char *damage; /* why the last line cannot be a part of the details; NULL: it can */

	enum subunit1_details_state {
		SUBUNIT1_DETAILS_LINES,  /* up to "]" */
		SUBUNIT1_DETAILS_PART,   /* before a part's Content-Type, or the end */
		SUBUNIT1_DETAILS_NAME,   /* before its name */
		SUBUNIT1_DETAILS_LENGTH, /* before a chunk's length */
		SUBUNIT1_DETAILS_CHUNK,  /* in a chunk's bytes */
	} state;
	char *file_name, *mime_type; /* the MIME type goes with the file's first piece */
	char *piece;                 /* bytes of the file that were not emitted yet */
	size_t piece_len;
	uint64_t chunk_left;
};

/* Begin the details: lines that become the file NAME, or parts. */
void subunit1_details_begin_lines(struct subunit1_details *details, const char *name,
                                  const char *mime_type);
void subunit1_details_begin_parts(struct subunit1_details *details);

/* Returns whether the next bytes are those of a chunk, before lines follow again; the second
 * function reads them and removes them from REST. */
bool subunit1_details_want_bytes(const struct subunit1_details *details);
enum subunit2_result subunit1_details_bytes(struct subunit1_details *details,
                                            struct subunit2_view *rest,
                                            struct subunit2_error *error);

/* Reads LINE, which was taken from LINES. Sets ENDED or DAMAGE if the details end with it. */
enum subunit2_result subunit1_details_line(struct subunit1_details *details,
                                           const struct lines *lines, struct subunit2_view line,
                                           struct subunit2_error *error);

/* Ends the input within the details: emits the bytes of the last file that were read. */
enum subunit2_result subunit1_details_cut(struct subunit1_details *details,
                                          struct subunit2_error *error);

void subunit1_details_clear(struct subunit1_details *details);

#endif
