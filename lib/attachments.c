#include "attachments.h"

#include <stdlib.h>

/* The bytes behind an attachment. Up to twice the limit is held, so that a long
 * file is moved to the front once for every limit of bytes, not for every piece. */
struct attachment_buffer {
	char *data;
	size_t len, size;
	uint64_t total; /* bytes that were added */
};

/* The name under which NAME is shown: text that is not UTF-8 came as a file of its
 * own, beside the rest. */
static struct subunit2_view
joined_name(struct subunit2_view name)
{
	if (subunit2_view_equal(name, SUBUNIT2_LITERAL("stdout.bytes")))
		return SUBUNIT2_LITERAL("stdout");
	if (subunit2_view_equal(name, SUBUNIT2_LITERAL("stderr.bytes")))
		return SUBUNIT2_LITERAL("stderr");
	return name;
}

/* Copies VIEW, which may be absent. False when memory is short. */
static bool
copy_view(struct subunit2_view view, struct subunit2_view *copy)
{
	char *data = NULL;

	if (subunit2_view_present(view)) {
		data = malloc(view.len + 1);
		if (!data)
			return false;
		memcpy(data, view.data, view.len);
	}
	*copy = (struct subunit2_view){data, view.len};
	return true;
}

static bool
reserve(struct attachment_buffer *buffer, size_t size)
{
	size_t doubled = buffer->size * 2;
	char *data;

	if (size <= buffer->size)
		return true;
	if (size < doubled)
		size = doubled;
	data = realloc(buffer->data, size);
	if (!data)
		return false;
	buffer->data = data;
	buffer->size = size;
	return true;
}

/* False when memory is short. */
static bool
append(struct attachment_buffer *buffer, struct subunit2_view bytes, size_t limit)
{
	size_t most = limit > SIZE_MAX / 2 ? SIZE_MAX : limit * 2;

	buffer->total += bytes.len;
	if (bytes.len > limit) {
		bytes.data += bytes.len - limit;
		bytes.len = limit;
	}
	if (bytes.len > most - buffer->len) {
		size_t keep = limit - bytes.len;

		memmove(buffer->data, buffer->data + buffer->len - keep, keep);
		buffer->len = keep;
	}
	if (!bytes.len)
		return true;
	if (!reserve(buffer, buffer->len + bytes.len))
		return false;
	memcpy(buffer->data + buffer->len, bytes.data, bytes.len);
	buffer->len += bytes.len;
	return true;
}

/* Makes room for one more and gives it NAME. False when memory is short. */
static bool
begin(struct attachments *attachments, struct subunit2_view name)
{
	size_t count = attachments->count + 1;
	struct subunit2_attachment *list;
	struct attachment_buffer *buffers;

	list = realloc(attachments->list, count * sizeof(*list));
	if (!list)
		return false;
	attachments->list = list;
	buffers = realloc(attachments->buffers, count * sizeof(*buffers));
	if (!buffers)
		return false;
	attachments->buffers = buffers;

	list[count - 1] = (struct subunit2_attachment){0};
	buffers[count - 1] = (struct attachment_buffer){0};
	if (!copy_view(name, &list[count - 1].name))
		return false;
	attachments->count = count;
	return true;
}

static size_t
find(const struct attachments *attachments, struct subunit2_view name)
{
	size_t at = 0;

	while (at < attachments->count && !subunit2_view_equal(attachments->list[at].name, name))
		at++;
	return at;
}

int
attachments_add(struct attachments *attachments, const struct subunit2_event *event, size_t limit,
                struct subunit2_error *error)
{
	struct subunit2_view name = joined_name(event->file_name);
	size_t at = find(attachments, name);
	struct subunit2_attachment *attachment;
	struct attachment_buffer *buffer;
	size_t kept;

	if (at == attachments->count && !begin(attachments, name))
		goto no_memory;
	attachment = &attachments->list[at];
	buffer = &attachments->buffers[at];
	if (!subunit2_view_present(attachment->mime_type) &&
	    !copy_view(event->mime_type, &attachment->mime_type))
		goto no_memory;
	if (!append(buffer, event->file_bytes, limit))
		goto no_memory;
	kept = buffer->len < limit ? buffer->len : limit;
	attachment->bytes = kept ? (struct subunit2_view){buffer->data + buffer->len - kept, kept}
	                         : SUBUNIT2_LITERAL("");
	attachment->dropped = buffer->total - kept;
	return SUBUNIT2_OK;
no_memory:
	return subunit2_error_set(error, SUBUNIT2_NO_MEMORY, "attachment", "out of memory");
}

void
attachments_clear(struct attachments *attachments)
{
	for (size_t i = 0; i < attachments->count; i++) {
		free((char *)attachments->list[i].name.data);
		free((char *)attachments->list[i].mime_type.data);
		free(attachments->buffers[i].data);
	}
	free(attachments->list);
	free(attachments->buffers);
	*attachments = (struct attachments){0};
}
