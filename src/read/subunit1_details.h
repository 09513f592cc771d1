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

/* A piece of a file; of EVENT only what is about files is set. */
typedef enum subunit2_result subunit1_details_emit(void *context, struct subunit2_event *event,
                                                   struct subunit2_error *error);

/* All zeroes to begin with, but for tell and context. */
struct subunit1_details {
	subunit1_details_emit *emit;
	void *context;

	bool ended;         /* the last line was "]" … */
	const char *damage; /* … or cannot stand here, and this is why; else NULL */

	enum subunit1_details_state {
		SUBUNIT1_DETAILS_LINES,  /* up to "]" */
		SUBUNIT1_DETAILS_PART,   /* before a part's Content-Type, or the end */
		SUBUNIT1_DETAILS_NAME,   /* before its name */
		SUBUNIT1_DETAILS_LENGTH, /* before a chunk's length */
		SUBUNIT1_DETAILS_CHUNK,  /* in a chunk's bytes */
	} state;
	char *file_name, *mime_type; /* the MIME type goes with the file's first piece */
	char *piece;                 /* of the file, not told yet */
	size_t piece_len;
	uint64_t chunk_left;
};

/* Details begin: lines that become the file NAME, or parts. */
void subunit1_details_begin_lines(struct subunit1_details *details, const char *name,
                                  const char *mime_type);
void subunit1_details_begin_parts(struct subunit1_details *details);

/* True within a chunk: its bytes come next, and then lines again. The call takes
 * them off REST. */
bool subunit1_details_want_bytes(const struct subunit1_details *details);
enum subunit2_result subunit1_details_bytes(struct subunit1_details *details,
                                            struct subunit2_view *rest,
                                            struct subunit2_error *error);

/* LINE was taken from LINES. Sets ended or damage when details are over with it. */
enum subunit2_result subunit1_details_line(struct subunit1_details *details,
                                           const struct lines *lines, struct subunit2_view line,
                                           struct subunit2_error *error);

/* The input ends here: tells what was read of the last file. */
enum subunit2_result subunit1_details_cut(struct subunit1_details *details,
                                          struct subunit2_error *error);

void subunit1_details_clear(struct subunit1_details *details);

#endif
