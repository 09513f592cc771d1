/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * collect: one test at a time, out of the events that speak of it.
 *
 * Events are gathered by (test id, routing code), each stream's by themselves. When a final status
 * arrives the test is handed over and forgotten; what never finished is handed over by finish, in
 * the order in which it began, with the last status that was seen. A test that is said to exist
 * only is handed over at the end too. Memory grows with the tests that are open and with their
 * attachments, not with the stream.
 */
#ifndef SUBUNIT2_COLLECT_H
#define SUBUNIT2_COLLECT_H

#include "sink.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An attachment: all pieces with one name, joined. */
struct subunit2_attachment {
	struct subunit2_view name;
	struct subunit2_view mime_type; /* the first that was said; may be absent */
	struct subunit2_view bytes;
	uint64_t dropped; /* bytes past the limit that were not kept */
	bool mapped;      /* bytes are those of a file: read them with subunit2_attachment_next */
};

/*
 * Takes a piece of at most 64 KiB off REST, which begins as a copy of the
 * attachment's bytes; no character is torn, and no CR LF. False when none is
 * left. What is behind the piece is out of memory again where it came from a
 * file, so that a long attachment that is read in this way takes no room:
 *
 *     struct subunit2_view rest = attachment->bytes, piece;
 *     while (subunit2_attachment_next(attachment, &rest, &piece))
 *         ...
 */
bool subunit2_attachment_next(const struct subunit2_attachment *attachment,
                              struct subunit2_view *rest, struct subunit2_view *piece);

struct subunit2_test {
	struct subunit2_view id;
	struct subunit2_view route_code; /* may be absent */
	unsigned stream;                 /* as in its events */
	enum subunit2_status status;     /* the last one said; NONE: never any */
	bool runnable;
	bool has_start, has_stop; /* of the first and the last event with a time */
	struct subunit2_time start, stop;
	struct subunit2_tags tags;                     /* all that were said */
	const struct subunit2_attachment *attachments; /* in order of arrival; "stdout" and
	                                                  "stdout.bytes" are joined as "stdout" */
	size_t attachment_count;
};

struct subunit2_collect_options {
	size_t attachment_limit; /* bytes kept of each attachment: the last ones; 0: none are kept,
	                            only names and dropped; SIZE_MAX: all */
	int (*temporary)(void);  /* where all are kept: opens one file for all of more than a MiB,
	                            that nobody else sees, and returns its descriptor, which is then
	                            the collector's, or -1; NULL: they are kept in memory */
	bool results_only;       /* what never had a status is no test, as where a file comes after
	                            the end of its test: what is kept of its files is handed to FILE,
	                            without its id */
};

/*
 * TEST receives each test; what it is handed lives until it returns. FILE, when
 * it is not NULL, receives events that carry a file and no test id. Free the
 * returned sink with subunit2_sink_free. NULL when memory is short.
 */
struct subunit2_sink *
subunit2_collect_new(const struct subunit2_collect_options *options,
                     enum subunit2_result (*test)(void *context, const struct subunit2_test *test,
                                                  struct subunit2_error *error),
                     enum subunit2_result (*file)(void *context, const struct subunit2_event *event,
                                                  struct subunit2_error *error),
                     void *context);

#ifdef __cplusplus
}
#endif

#endif
