/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * collect: gathers the events of each test and passes on one test at a time.
 *
 * A test is identified by its test id, its routing code and the number of its stream. When its
 * final status arrives, the test is passed on and forgotten. finish passes on the tests without a
 * final status, in the order in which they began, each with its last status; one that began does
 * not become one that is only listed. Memory grows with the number of open tests and the size of
 * their attachments, not with the length of the stream.
 *
 * Threads: as for every sink (sink.h). subunit2_attachment_next may be called within a callback.
 */
#ifndef SUBUNIT2_COLLECT_H
#define SUBUNIT2_COLLECT_H

#include "sink.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An attachment: all pieces of one name, joined. */
struct subunit2_attachment {
	struct subunit2_view name;
	struct subunit2_view mime_type; /* the first one received; may be absent */
	struct subunit2_view bytes;
	uint64_t dropped; /* bytes over the limit, which were not kept */
	bool mapped;      /* the bytes are in a file: read them with subunit2_attachment_next */
	const void *reserved;
};

/*
 * Remove a piece of at most 64 KiB from the start of REST and set *PIECE to it. Return false if
 * REST is empty. Pieces do not end within a character or between CR and LF. REST starts as a copy
 * of the attachment's bytes. If these are in a file, the memory of the pieces already read is
 * released again, so that a long attachment takes little memory:
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
	unsigned stream;                 /* as in the events */
	enum subunit2_status status;     /* the last one received; SUBUNIT2_STATUS_NONE: none */
	bool runnable;
	bool has_start, has_stop;         /* an event had a time */
	struct subunit2_time start, stop; /* of the first and of the last event with a time */
	struct subunit2_tags tags;        /* of all events */
	const struct subunit2_attachment *attachments; /* in order of arrival; "stdout.bytes" is
	                                                  joined to "stdout", and so for stderr */
	size_t attachment_count;
};

struct subunit2_collect_options {
	size_t size;             /* sizeof(struct subunit2_collect_options) */
	size_t attachment_limit; /* how many bytes of each attachment are kept, the last ones; 0:
	                            only its name and the number of bytes; SIZE_MAX: all */
	int (*temporary)(void);  /* with attachment_limit SIZE_MAX: opens a private file for
	                            attachments of more than 1 MiB and returns its descriptor, which
	                            the sink closes, or -1. Called at most once at a time. NULL:
	                            attachments stay in memory */
	bool results_only;       /* tests that never had a status are not passed on; their files are
	                            passed to FILE, without a test id */
};

/*
 * Create the sink. TEST is called with each test; the test is valid until it returns. FILE, unless
 * it is NULL, is called with each event that has a file and no test id. CONTEXT is the first
 * argument of both. If a callback returns a result other than SUBUNIT2_E_OK, the sink returns it.
 * Free the sink with subunit2_sink_free. Return NULL if memory is short or if OPTIONS->size is
 * unknown.
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
