/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The attachments of an open test: pieces of files, joined by name. */
#ifndef ATTACHMENTS_H
#define ATTACHMENTS_H

#include "attachment_store.h"

#include <subunit2/collect.h>

struct attachment_buffer;
struct string_index;

/* Starts as all zeroes; release with attachments_clear, which makes it empty again. */
struct attachments {
	struct subunit2_attachment *list; /* views into the buffers, in order of arrival */
	struct attachment_buffer *buffers;
	size_t count, size;
	struct string_index *names; /* used for many names; NULL: not built */
};

/* Add the piece of a file in EVENT. Large files are written to STORE. */
enum subunit2_result attachments_add(struct attachments *attachments,
                                     struct attachment_store *store,
                                     const struct subunit2_event *event,
                                     const struct subunit2_collect_options *options,
                                     struct subunit2_error *error);
/* Complete the list. Call it before the list is read; nothing can be added after it. */
enum subunit2_result attachments_finish(struct attachments *attachments,
                                        struct attachment_store *store,
                                        struct subunit2_error *error);
void attachments_clear(struct attachments *attachments, struct attachment_store *store);

#endif
