/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * json: one event on each line. Its members have this order; absent ones are left out:
 *
 *     "subunit":2  timestamp  route_code  test_id  test_status  test_tags
 *     runnable (always)  file_name  mime_type  file_text | file_base64  eof
 *
 * src/read/json_event.c reads them back, without any loss.
 */
#include "base64.h"
#include "json_string.h"
#include "memory.h"
#include "putters.h"
#include "rfc3339.h"
#include "writer.h"

#include <stdlib.h>

#define FILE_IN_LINE_MAX 4096 /* bytes of a text that is collected in the line */

struct json_writer {
	struct subunit2_sink sink;
	struct output_file *to;
	struct buffer line; /* of the event that is being written */
};

static void
json_writer_put_time(struct buffer *line, struct subunit2_time time)
{
	char text[RFC3339_SIZE];
	size_t len = rfc3339_write(time, text);
	buffer_add_text(line, ",\"timestamp\":\"");
	buffer_add(line, (struct subunit2_view){text, len});
	buffer_add_text(line, "\"");
}

static void
json_writer_put_tags(struct buffer *line, struct subunit2_tags tags)
{
	struct subunit2_view tag;
	buffer_add_text(line, ",\"test_tags\":");
	for (char before = '['; subunit2_tags_next(&tags, &tag); before = ',') {
		buffer_add_char(line, before);
		json_string_add(line, tag);
	}
	buffer_add_text(line, "]");
}

/* Writes the members before a file, then the file, which is not collected in the line. */
static void
json_writer_put_large_file(struct json_writer *writer, struct subunit2_view bytes, bool is_text)
{
	FILE *file = writer->to->file;
	put_view(file, buffer_view(&writer->line));
	writer->line.len = 0;
	if (is_text) {
		json_string_put(file, bytes);
		return;
	}
	put_char(file, '"');
	base64_put(file, bytes);
	put_char(file, '"');
}

static void
json_writer_put_file(struct json_writer *writer, struct subunit2_view bytes)
{
	bool is_text = subunit2_utf8_valid_len(bytes) == bytes.len;
	if (is_text)
		buffer_add_text(&writer->line, ",\"file_text\":");
	else
		buffer_add_text(&writer->line, ",\"file_base64\":");
	if (is_text && bytes.len <= FILE_IN_LINE_MAX)
		json_string_add(&writer->line, bytes);
	else
		json_writer_put_large_file(writer, bytes, is_text);
}

static void
json_writer_put_event(struct json_writer *writer, const struct subunit2_event *event)
{
	struct buffer *line = &writer->line;
	line->len = 0;
	buffer_add_text(line, "{\"subunit\":2");
	if (event->has_timestamp)
		json_writer_put_time(line, event->timestamp);
	if (subunit2_view_present(event->route_code)) {
		buffer_add_text(line, ",\"route_code\":");
		json_string_add(line, event->route_code);
	}
	if (subunit2_view_present(event->test_id)) {
		buffer_add_text(line, ",\"test_id\":");
		json_string_add(line, event->test_id);
	}
	if (event->status != SUBUNIT2_STATUS_NONE) {
		buffer_add_text(line, ",\"test_status\":\"");
		buffer_add_text(line, subunit2_status_name(event->status));
		buffer_add_text(line, "\"");
	}
	if (event->tags.count > 0)
		json_writer_put_tags(line, event->tags);
	buffer_add_text(line, event->runnable ? ",\"runnable\":true" : ",\"runnable\":false");
	if (subunit2_view_present(event->file_name)) {
		buffer_add_text(line, ",\"file_name\":");
		json_string_add(line, event->file_name);
	}
	if (subunit2_view_present(event->mime_type)) {
		buffer_add_text(line, ",\"mime_type\":");
		json_string_add(line, event->mime_type);
	}
	if (subunit2_view_present(event->file_bytes))
		json_writer_put_file(writer, event->file_bytes);
	if (event->eof)
		buffer_add_text(line, ",\"eof\":true");
	buffer_add_text(line, "}\n");
	put_view(writer->to->file, buffer_view(line));
}

static enum subunit2_result
json_writer_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                  struct subunit2_error *error)
{
	struct json_writer *writer = (struct json_writer *)sink;
	json_writer_put_event(writer, event);
	return output_file_check(writer->to, error);
}

static enum subunit2_result
json_writer_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	return output_file_check(((struct json_writer *)sink)->to, error);
}

static void
json_writer_free(struct subunit2_sink *sink)
{
	buffer_clear(&((struct json_writer *)sink)->line);
	free(sink);
}

struct subunit2_sink *
writer_json(const struct writer_options *options, struct output_file *to,
            struct subunit2_error *error)
{
	(void)options, (void)error;
	struct json_writer *writer = memory_zeroed(1, sizeof(*writer));
	writer->sink =
		(struct subunit2_sink){json_writer_event, json_writer_finish, json_writer_free};
	writer->to = to;
	return &writer->sink;
}
