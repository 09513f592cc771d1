/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "json_event.h"

#include "base64.h"
#include "byte_order_mark.h"
#include "memory.h"
#include "number.h"
#include "rfc3339.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <subunit2/utf8.h>

struct json_event_parser {
	json_t *object; /* of the last event: its strings are the event's views */
	struct subunit2_tagset tags;
	char *bytes; /* decoded from base64 */
};

/* A line that is indented by more blanks is something else. */
#define MAX_INDENT 64

static bool
json_event_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

enum json_event_match
json_event_match(struct subunit2_view head)
{
	static const char *const tokens[] = {"{", "\"subunit\"", ":", "2"};
	if (byte_order_mark_may_begin(head))
		return JSON_EVENT_MAYBE;
	head = byte_order_mark_skip(head);
	const char *at = head.data, *end = head.data + head.len;
	while (at < end && at - head.data < MAX_INDENT && json_event_is_blank(*at))
		at++;
	for (size_t i = 0; i < sizeof(tokens) / sizeof(*tokens); i++) {
		if (i > 0 && at < end && *at == ' ')
			at++;
		for (const char *wanted = tokens[i]; *wanted != '\0'; wanted++, at++) {
			if (at == end)
				return JSON_EVENT_MAYBE;
			if (*at != *wanted)
				return JSON_EVENT_NO;
		}
	}
	if (at == end)
		return JSON_EVENT_MAYBE;
	return *at == ',' || *at == '}' || json_event_is_blank(*at) ? JSON_EVENT_YES
	                                                            : JSON_EVENT_NO;
}

struct json_event_parser *
json_event_parser_new(void)
{
	return memory_zeroed(1, sizeof(struct json_event_parser));
}

static void
json_event_forget(struct json_event_parser *parser)
{
	json_decref(parser->object);
	parser->object = NULL;
	subunit2_tagset_clear(&parser->tags);
	free(parser->bytes);
	parser->bytes = NULL;
}

void
json_event_parser_free(struct json_event_parser *parser)
{
	if (!parser)
		return;
	json_event_forget(parser);
	free(parser);
}

/*
 * The readers of members. Each stores a value in the event, and returns NULL or the reason why the
 * value is wrong.
 */
typedef const char *member_read(struct json_event_parser *parser, const json_t *value,
                                struct subunit2_event *event);

/* Returns the view of a JSON string; absent if VALUE is not a string. */
static struct subunit2_view
json_event_string_view(const json_t *value)
{
	if (!json_is_string(value))
		return SUBUNIT2_ABSENT;
	return (struct subunit2_view){json_string_value(value), json_string_length(value)};
}

static const char *
json_event_read_string(const json_t *value, struct subunit2_view *field)
{
	*field = json_event_string_view(value);
	if (!subunit2_view_present(*field))
		return "not a string";
	return subunit2_utf8_is_string(*field) ? NULL : "holds a NUL";
}

static const char *
json_event_read_bool(const json_t *value, bool *field)
{
	*field = json_is_true(value);
	return json_is_boolean(value) ? NULL : "neither true nor false";
}

static const char *
json_event_read_subunit(struct json_event_parser *parser, const json_t *value,
                        struct subunit2_event *event)
{
	(void)parser, (void)event;
	return json_is_integer(value) && json_integer_value(value) == 2 ? NULL : "not 2";
}

static const char *
json_event_read_timestamp(struct json_event_parser *parser, const json_t *value,
                          struct subunit2_event *event)
{
	(void)parser;
	struct subunit2_view text = json_event_string_view(value);
	if (!subunit2_view_present(text) || !rfc3339_read(text, &event->timestamp))
		return "not a time of RFC 3339";
	if (event->timestamp.sec < 0 || event->timestamp.sec > UINT32_MAX)
		return "not between 1970 and 2106";
	event->has_timestamp = true;
	return NULL;
}

static const char *
json_event_read_route_code(struct json_event_parser *parser, const json_t *value,
                           struct subunit2_event *event)
{
	(void)parser;
	return json_event_read_string(value, &event->route_code);
}

static const char *
json_event_read_test_id(struct json_event_parser *parser, const json_t *value,
                        struct subunit2_event *event)
{
	(void)parser;
	return json_event_read_string(value, &event->test_id);
}

static const char *
json_event_read_status(struct json_event_parser *parser, const json_t *value,
                       struct subunit2_event *event)
{
	(void)parser;
	struct subunit2_view name = json_event_string_view(value);
	if (subunit2_view_present(name) && subunit2_status_parse(name, &event->status))
		return NULL;
	return "unknown status";
}

static const char *
json_event_read_tags(struct json_event_parser *parser, const json_t *value,
                     struct subunit2_event *event)
{
	if (!json_is_array(value))
		return "not an array";
	size_t i;
	json_t *item;
	json_array_foreach(value, i, item)
	{
		struct subunit2_view tag;
		if (json_event_read_string(item, &tag))
			return "holds what is not a tag";
		struct subunit2_error error;
		if (subunit2_tagset_add(&parser->tags, tag, &error) != SUBUNIT2_E_OK)
			return error.message;
	}
	event->tags = subunit2_tagset_view(&parser->tags);
	return NULL;
}

static const char *
json_event_read_runnable(struct json_event_parser *parser, const json_t *value,
                         struct subunit2_event *event)
{
	(void)parser;
	return json_event_read_bool(value, &event->runnable);
}

static const char *
json_event_read_file_name(struct json_event_parser *parser, const json_t *value,
                          struct subunit2_event *event)
{
	(void)parser;
	return json_event_read_string(value, &event->file_name);
}

static const char *
json_event_read_mime_type(struct json_event_parser *parser, const json_t *value,
                          struct subunit2_event *event)
{
	(void)parser;
	return json_event_read_string(value, &event->mime_type);
}

static const char *
json_event_read_file_text(struct json_event_parser *parser, const json_t *value,
                          struct subunit2_event *event)
{
	(void)parser;
	if (subunit2_view_present(event->file_bytes))
		return "together with file_base64";
	event->file_bytes = json_event_string_view(value);
	return subunit2_view_present(event->file_bytes) ? NULL : "not a string";
}

static const char *
json_event_read_file_base64(struct json_event_parser *parser, const json_t *value,
                            struct subunit2_event *event)
{
	if (subunit2_view_present(event->file_bytes))
		return "together with file_text";
	struct subunit2_view text = json_event_string_view(value);
	if (!subunit2_view_present(text))
		return "not a string";
	parser->bytes = memory_resize(NULL, BASE64_DECODED_MAX(text.len), 1);
	event->file_bytes.data = parser->bytes;
	if (!base64_decode(text, parser->bytes, &event->file_bytes.len))
		return "not base64";
	return NULL;
}

static const char *
json_event_read_eof(struct json_event_parser *parser, const json_t *value,
                    struct subunit2_event *event)
{
	(void)parser;
	return json_event_read_bool(value, &event->eof);
}

static const struct member {
	const char *name;
	member_read *read;
} members[] = {
	{"subunit", json_event_read_subunit},         {"timestamp", json_event_read_timestamp},
	{"route_code", json_event_read_route_code},   {"test_id", json_event_read_test_id},
	{"test_status", json_event_read_status},      {"test_tags", json_event_read_tags},
	{"runnable", json_event_read_runnable},       {"file_name", json_event_read_file_name},
	{"mime_type", json_event_read_mime_type},     {"file_text", json_event_read_file_text},
	{"file_base64", json_event_read_file_base64}, {"eof", json_event_read_eof},
};

static const struct member *
json_event_member_named(const char *name)
{
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		if (strcmp(name, members[i].name) == 0)
			return &members[i];
	return NULL;
}

/* Sets REASON for LINE, which was cut off. */
static void
json_event_explain_cut(struct subunit2_view line, char reason[JSON_EVENT_REASON_SIZE])
{
	char *at = stpcpy(reason, "byte ");
	at += number_write_digits(at, line.len);
	strcpy(at, ": the line does not end in }");
}

/* Reads the member NAME. Returns NULL or the reason why it is wrong. */
static const char *
json_event_read_member(struct json_event_parser *parser, const char *name, const json_t *value,
                       struct subunit2_event *event)
{
	const struct member *member = json_event_member_named(name);
	return member ? member->read(parser, value, event) : "unknown member";
}

bool
json_event_read(struct json_event_parser *parser, struct subunit2_view line,
                struct subunit2_event *event, char reason[JSON_EVENT_REASON_SIZE])
{
	json_event_forget(parser);
	*event = (struct subunit2_event){0};

	/* The line was cut off. Do not parse it: jansson takes long to make its own message. */
	if (line.len == 0 || line.data[line.len - 1] != '}') {
		json_event_explain_cut(line, reason);
		return false;
	}
	json_error_t syntax;
	parser->object =
		json_loadb(line.data, line.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &syntax);
	if (!parser->object) {
		snprintf(reason, JSON_EVENT_REASON_SIZE, "byte %d: %s", syntax.position,
		         syntax.text);
		return false;
	}

	const char *name, *wrong = NULL;
	json_t *value;
	json_object_foreach(parser->object, name, value)
	{
		wrong = json_event_read_member(parser, name, value, event);
		if (wrong)
			break;
	}
	if (!wrong && !json_object_get(parser->object, name = "runnable"))
		wrong = "missing";
	if (!wrong && !json_object_get(parser->object, name = "subunit"))
		wrong = "missing";
	if (!wrong &&
	    subunit2_view_present(event->file_name) != subunit2_view_present(event->file_bytes)) {
		name = "file_name";
		wrong = "without file_text or file_base64, or one of them without it";
	}
	if (wrong)
		snprintf(reason, JSON_EVENT_REASON_SIZE, "%.80s: %s", name, wrong);
	return !wrong;
}
