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

struct json_writer {
	struct subunit2_sink sink;
	struct output_file *to;
};

static void
json_writer_put_time(FILE *file, struct subunit2_time time)
{
	char text[RFC3339_SIZE];
	size_t len = rfc3339_write(time, text);
	put_text(file, ",\"timestamp\":\"");
	put_view(file, (struct subunit2_view){text, len});
	put_text(file, "\"");
}

static void
json_writer_put_tags(FILE *file, struct subunit2_tags tags)
{
	struct subunit2_view tag;
	put_text(file, ",\"test_tags\":");
	for (char before = '['; subunit2_tags_next(&tags, &tag); before = ',') {
		put_char(file, before);
		json_string_put(file, tag);
	}
	put_text(file, "]");
}

static void
json_writer_put_file(FILE *file, struct subunit2_view bytes)
{
	if (subunit2_utf8_valid_len(bytes) == bytes.len) {
		put_text(file, ",\"file_text\":");
		json_string_put(file, bytes);
	} else {
		put_text(file, ",\"file_base64\":\"");
		base64_put(file, bytes);
		put_text(file, "\"");
	}
}

static void
json_writer_put_event(FILE *file, const struct subunit2_event *event)
{
	put_text(file, "{\"subunit\":2");
	if (event->has_timestamp)
		json_writer_put_time(file, event->timestamp);
	if (subunit2_view_present(event->route_code)) {
		put_text(file, ",\"route_code\":");
		json_string_put(file, event->route_code);
	}
	if (subunit2_view_present(event->test_id)) {
		put_text(file, ",\"test_id\":");
		json_string_put(file, event->test_id);
	}
	if (event->status != SUBUNIT2_STATUS_NONE) {
		put_text(file, ",\"test_status\":\"");
		put_text(file, subunit2_status_name(event->status));
		put_text(file, "\"");
	}
	if (event->tags.count > 0)
		json_writer_put_tags(file, event->tags);
	put_text(file, event->runnable ? ",\"runnable\":true" : ",\"runnable\":false");
	if (subunit2_view_present(event->file_name)) {
		put_text(file, ",\"file_name\":");
		json_string_put(file, event->file_name);
	}
	if (subunit2_view_present(event->mime_type)) {
		put_text(file, ",\"mime_type\":");
		json_string_put(file, event->mime_type);
	}
	if (subunit2_view_present(event->file_bytes))
		json_writer_put_file(file, event->file_bytes);
	if (event->eof)
		put_text(file, ",\"eof\":true");
	put_text(file, "}\n");
}

static enum subunit2_result
json_writer_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                  struct subunit2_error *error)
{
	struct json_writer *writer = (struct json_writer *)sink;
	json_writer_put_event(writer->to->file, event);
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
