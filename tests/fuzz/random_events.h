/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Events at random, made of the fuzzer's bytes, for a writer. Their texts hold what the formats
 * give a meaning.
 */
#ifndef RANDOM_EVENTS_H
#define RANDOM_EVENTS_H

#include "writer.h"
#include "written.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The fuzzer's bytes, taken one after the other; zeroes at their end. */
struct bytes {
	const uint8_t *data;
	size_t len;
};

static inline unsigned
next_byte(struct bytes *bytes)
{
	if (!bytes->len)
		return 0;
	bytes->len--;
	return *bytes->data++;
}

/* Characters that some format has a meaning for. */
static const char *const words[] = {
	"a",
	"b",
	"::",
	" - ",
	" # SKIP x",
	" # TODO",
	"\n",
	"\r",
	"\"",
	",",
	"'",
	"<",
	"&",
	"]]>",
	"</",
	"</script>",
	"<!--",
	"\\",
	"#",
	"%",
	"=",
	"\t",
	"ok 1",
	"1..2",
	"Bail out!",
	"\x1b[m",
	"\xc2\x85",
	"::",
	"::e",
	" ",
	"{",
	"}",
	"[",
	"]",
	"\x7f",
	"\xe2\x80\xa8",
	"::error::",
	"##[error]",
	"::stop-commands::x\n",
	"section_end:1:x\r\x1b[0K",
	"*",
	"_",
	"`",
	"|",
	"~",
	"</pre>",
	"</code>",
	"<td>",
	"&lt;",
	"\n\n",
	"- ",
	"1. ",
	"http://",
};

struct text {
	char bytes[256];
	size_t len;
};

/* A string of words and characters, valid UTF-8 without NUL unless ANY. */
static inline struct subunit2_view
next_text(struct bytes *bytes, struct text *text, bool any)
{
	unsigned count = next_byte(bytes) % 8;
	text->len = 0;
	while (count--) {
		unsigned byte = next_byte(bytes);
		if (byte < 2 * sizeof(words) / sizeof(*words)) {
			const char *word = words[byte / 2];
			memcpy(text->bytes + text->len, word, strlen(word));
			text->len += strlen(word);
		} else if (any || (byte >= 1 && byte < 0x80)) {
			text->bytes[text->len++] = (char)byte;
		} else {
			memcpy(text->bytes + text->len, "\xf0\x9f\x98\x80", 4);
			text->len += 4;
		}
	}
	return (struct subunit2_view){text->bytes, text->len};
}

/* Sends one event; ids are few, so that tests are complete and repeated. */
static inline enum subunit2_result
send_event(struct bytes *bytes, struct subunit2_sink *sink, struct subunit2_error *error)
{
	static const enum subunit2_status statuses[] = {
		SUBUNIT2_STATUS_NONE,    SUBUNIT2_STATUS_EXISTS,    SUBUNIT2_STATUS_INPROGRESS,
		SUBUNIT2_STATUS_SUCCESS, SUBUNIT2_STATUS_UXSUCCESS, SUBUNIT2_STATUS_SKIP,
		SUBUNIT2_STATUS_FAIL,    SUBUNIT2_STATUS_XFAIL,
	};
	static const char *const ids[] = {"a", "a::b", "c/d", "<&\">", "#1"};
	struct text id, name, content, route;
	unsigned shape = next_byte(bytes), more = next_byte(bytes);
	struct subunit2_event event = {
		.status = statuses[shape & 7],
		.runnable = shape & 8,
		.has_timestamp = shape & 16,
		.timestamp = {next_byte(bytes) * 16777216 % 4294967296, more * 3906250},
	};
	if (shape & 32)
		event.test_id = next_text(bytes, &id, false);
	else
		event.test_id = subunit2_view_of(ids[more % 5]);
	if (!event.test_id.len)
		event.test_id = subunit2_view_of("empty");
	if (shape & 64) {
		event.file_name = next_text(bytes, &name, false);
		event.file_bytes = next_text(bytes, &content, true);
		event.eof = more & 1;
		event.mime_type = more & 2 ? SUBUNIT2_LITERAL("text/plain;charset=utf8")
		                           : SUBUNIT2_LITERAL("application/octet-stream");
		if (!event.file_name.len)
			event.file_name = subunit2_view_of("reason");
	}
	if (shape & 128) {
		event.route_code = next_text(bytes, &route, false);
		if (!event.route_code.len)
			event.route_code = SUBUNIT2_ABSENT;
	}
	return subunit2_sink_event(sink, &event, error);
}

static inline struct written
write_as(writer_open *open, const uint8_t *data, size_t size, const struct writer_options *options)
{
	struct written written;
	struct bytes bytes = {data, size};
	struct output_file to = {
		.name = "memory",
		.fd = -1,
		.file = open_memstream(&written.text, &written.len),
	};
	struct subunit2_error error;
	struct subunit2_sink *sink = open(options, &to, &error);
	while (bytes.len)
		if (send_event(&bytes, sink, &error) != SUBUNIT2_E_OK)
			abort();
	if (subunit2_sink_finish(sink, &error) != SUBUNIT2_E_OK)
		abort();
	subunit2_sink_free(sink);
	fclose(to.file);
	return written;
}

#endif
