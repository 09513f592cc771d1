/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The attachments of a test that is open: pieces of files, joined by name.
 */
#ifndef ATTACHMENTS_H
#define ATTACHMENTS_H

#include "attachment_store.h"

#include <subunit2/collect.h>

struct attachment_buffer;
struct string_index;

/* Starts as all zeroes; released with attachments_clear, which makes it empty again. */
struct attachments {
	struct subunit2_attachment *list; /* views into the buffers, in order of arrival */
	struct attachment_buffer *buffers;
	size_t count, size;
	struct string_index *names; /* of many; NULL: not yet */
};

/* Adds the event's piece of a file. Large files go to STORE. */
enum subunit2_result attachments_add(struct attachments *attachments,
                                     struct attachment_store *store,
                                     const struct subunit2_event *event,
                                     const struct subunit2_collect_options *options,
                                     struct subunit2_error *error);
/* Before the list is read; nothing is added after it. */
enum subunit2_result attachments_finish(struct attachments *attachments,
                                        struct attachment_store *store,
                                        struct subunit2_error *error);
void attachments_clear(struct attachments *attachments, struct attachment_store *store);

#endif
