/*
 * The attachments of a test that is open: pieces of files, joined by name.
 */
#ifndef ATTACHMENTS_H
#define ATTACHMENTS_H

#include <subunit2/collect.h>

struct attachment_buffer;

/* Starts as all zeroes; released with attachments_clear, which makes it empty again. */
struct attachments {
	struct subunit2_attachment *list; /* views into the buffers, in order of arrival */
	struct attachment_buffer *buffers;
	size_t count;
};

/* Adds the event's piece of a file; of each file the last LIMIT bytes are kept. */
int attachments_add(struct attachments *attachments, const struct subunit2_event *event,
                    size_t limit, struct subunit2_error *error);
void attachments_clear(struct attachments *attachments);

#endif
