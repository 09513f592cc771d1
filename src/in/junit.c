/*
 * junit: JUnit's XML, read as it comes. A case is the test CLASSNAME.NAME, or
 * SCRIPT::NAME where its class is its suite and a path. Its suites stand before that
 * where another suite has a test of that id, and in place of a class that is none.
 * What the suite and the run printed is text.
 *
 * Where cases have a length, they follow each other from the suite's timestamp
 * on; in a file without timestamps time begins with 1970.
 */
#include "given.h"
#include "input.h"
#include "memory.h"
#include "rfc3339.h"

#include <expat.h>
#include <stdlib.h>

#define PIECE_MAX 65536 /* bytes of a file in one event */

enum where {
	IN_NOTHING,
	IN_FILE,  /* in the text of an element that is a file */
	IN_OTHER, /* in one that is none, like properties */
};

struct suite {
	char *name;
	uint64_t number; /* from 1 */
};

struct junit_input {
	struct input input;
	struct subunit2_sink *sink;
	XML_Parser parser;

	bool colons;          /* between the class and the name of a case, always */
	struct suite *suites; /* around the case, the outermost first */
	size_t suite_depth;   /* of them */
	uint64_t suite_count; /* that began */
	struct given given;
	struct subunit2_time time; /* of the case being read, or of the next */
	int64_t length_ns;         /* of the case being read */
	bool has_length;           /* … and whether it was given */

	char *id; /* of the case being read; NULL: none */
	bool runnable;
	enum subunit2_status status;

	enum where where;
	int depth; /* of elements within it */
	const char *file_name;
	bool file_begun; /* something of it was told */
	char *piece;     /* of it, PIECE_MAX bytes */
	size_t piece_len;

	int result; /* the first that was not SUBUNIT2_OK, of a callback */
	struct subunit2_error *error;
};

static const char *
attribute(const XML_Char **attributes, const char *name)
{
	for (; *attributes; attributes += 2)
		if (strcmp(attributes[0], name) == 0)
			return attributes[1];
	return NULL;
}

static void
emit(struct junit_input *self, struct subunit2_event *event)
{
	if (self->id) {
		event->test_id = subunit2_view_of(self->id);
		event->runnable = self->runnable;
		event->has_timestamp = self->has_length;
		event->timestamp = self->time;
	}
	if (self->result == SUBUNIT2_OK)
		self->result = subunit2_sink_event(self->sink, event, self->error);
	if (self->result != SUBUNIT2_OK)
		XML_StopParser(self->parser, XML_FALSE);
}

/* "1.5" or "1,234.5", in seconds; false when it is neither. */
static bool
read_length(const char *text, int64_t *ns)
{
	char plain[32];
	size_t len = 0;
	for (; *text != '\0' && len < sizeof(plain) - 1; text++)
		if (*text != ',')
			plain[len++] = *text;
	plain[len] = '\0';
	char *end;
	double seconds = strtod(plain, &end);
	if (end == plain || *end != '\0' || !(seconds >= 0 && seconds < 1e9))
		return false;
	*ns = (int64_t)(seconds * 1e9 + 0.5);
	return true;
}

/* "2020-01-02T03:04:05", with or without a fraction and a zone. */
static bool
read_timestamp(const char *text, struct subunit2_time *time)
{
	struct subunit2_time read;
	char *with_zone = memory_format("%sZ", text);
	bool good = rfc3339_read(subunit2_view_of(text), &read) ||
	            rfc3339_read(subunit2_view_of(with_zone), &read);
	free(with_zone);
	if (good && read.sec >= 0 && read.sec < UINT32_MAX)
		*time = read;
	return good;
}

static void
begin_suite(struct junit_input *self, const XML_Char **attributes)
{
	const char *name = attribute(attributes, "name");
	const char *timestamp = attribute(attributes, "timestamp");
	self->suites = memory_resize(self->suites, self->suite_depth + 1, sizeof(*self->suites));
	self->suites[self->suite_depth++] =
		(struct suite){memory_copy(name ? name : ""), ++self->suite_count};
	if (timestamp)
		read_timestamp(timestamp, &self->time);
}

static void
end_suite(struct junit_input *self)
{
	free(self->suites[--self->suite_depth].name);
}

/* ID behind the names of the suites around it; to be freed. */
static char *
in_suites(const struct junit_input *self, const char *id)
{
	char *all = memory_copy("");
	for (size_t i = 0; i < self->suite_depth; i++) {
		const char *name = self->suites[i].name;
		char *longer = memory_format("%s%s%s", all, name, *name ? "." : "");
		free(all);
		all = longer;
	}
	char *whole = memory_format("%s%s", all, id);
	free(all);
	return whole;
}

/* ID, or what tells it from a test of that id in another suite; it is freed. */
static char *
apart(struct junit_input *self, char *id)
{
	/* What stands in none has the number behind all of them. */
	uint64_t suite =
		self->suite_depth ? self->suites[self->suite_depth - 1].number : UINT64_MAX;
	if (given_take(&self->given, subunit2_view_of(id), suite))
		return id;
	char *whole = in_suites(self, id);
	free(id);
	id = memory_copy(whole);
	for (unsigned i = 2; !given_take(&self->given, subunit2_view_of(id), suite); i++) {
		free(id);
		id = memory_format("%s (%u)", whole, i);
	}
	free(whole);
	return id;
}

static bool
is_class(const char *class, const char *name)
{
	return class && *class != '\0' && strcmp(class, name) != 0;
}

/* The id of a case, to be freed; *RUNNABLE: it is not one of a script's. */
static char *
case_id(struct junit_input *self, const char *class, const char *name, bool *runnable)
{
	*runnable = true;
	if (self->colons)
		return class && *class != '\0' ? memory_format("%s::%s", class, name)
		                               : memory_copy(name);
	if (!is_class(class, name))
		return apart(self, memory_copy(name));
	/* The class of every case in what Node writes. */
	if (strcmp(class, "test") == 0)
		return apart(self, in_suites(self, name));
	const char *suite = self->suite_depth ? self->suites[self->suite_depth - 1].name : "";
	bool script = strcmp(class, suite) == 0 && strpbrk(class, "/ ");
	*runnable = !script;
	return apart(self, memory_format("%s%s%s", class, script ? "::" : ".", name));
}

static void
begin_case(struct junit_input *self, const XML_Char **attributes)
{
	const char *name = attribute(attributes, "name");
	const char *length = attribute(attributes, "time");
	self->id = case_id(self, attribute(attributes, "classname"), name ? name : "",
	                   &self->runnable);
	self->has_length = length && read_length(length, &self->length_ns);
	self->status = SUBUNIT2_SUCCESS;
	struct subunit2_event event = {.status = SUBUNIT2_INPROGRESS};
	emit(self, &event);
	if (self->has_length)
		self->time = subunit2_time_add(self->time, self->length_ns);
	if (self->time.sec > UINT32_MAX)
		self->time.sec = UINT32_MAX;
}

static void
end_case(struct junit_input *self)
{
	struct subunit2_event event = {.status = self->status};
	emit(self, &event);
	free(self->id);
	self->id = NULL;
}

static void
tell_file(struct junit_input *self, bool eof)
{
	struct subunit2_event event = {
		.file_name = subunit2_view_of(self->file_name),
		.file_bytes = {self->piece, self->piece_len},
		.eof = eof,
	};
	if (!self->file_begun)
		event.mime_type = SUBUNIT2_LITERAL("text/plain;charset=utf8");
	self->file_begun = true;
	self->piece_len = 0;
	emit(self, &event);
}

static void
begin_file(struct junit_input *self, const char *name)
{
	self->where = IN_FILE;
	self->depth = 0;
	self->file_name = name;
	self->file_begun = false;
	self->piece_len = 0;
}

static void
take_text(void *context, const XML_Char *text, int len)
{
	struct junit_input *self = context;
	if (self->where != IN_FILE)
		return;
	for (size_t left = (size_t)len; left > 0;) {
		if (self->piece_len == PIECE_MAX)
			tell_file(self, false);
		size_t room = PIECE_MAX - self->piece_len;
		size_t part = left < room ? left : room;
		memcpy(self->piece + self->piece_len, text, part);
		self->piece_len += part;
		text += part;
		left -= part;
	}
}

static void
end_file(struct junit_input *self)
{
	if (self->piece_len > 0 || self->file_begun)
		tell_file(self, true);
	self->where = IN_NOTHING;
}

/* The elements that tell how a case went; what they hold is a file of it. */
static const struct {
	const char *element;
	enum subunit2_status status;
	const char *file_name;
} tellings[] = {
	{"failure", SUBUNIT2_FAIL, "traceback"},
	{"error", SUBUNIT2_FAIL, "traceback"},
	{"skipped", SUBUNIT2_SKIP, "reason"},
	{"rerunFailure", SUBUNIT2_STATUS_NONE, "rerunFailure"},
	{"rerunError", SUBUNIT2_STATUS_NONE, "rerunError"},
	{"flakyFailure", SUBUNIT2_STATUS_NONE, "flakyFailure"},
	{"flakyError", SUBUNIT2_STATUS_NONE, "flakyError"},
	{"system-out", SUBUNIT2_STATUS_NONE, "stdout"},
	{"system-err", SUBUNIT2_STATUS_NONE, "stderr"},
};

static enum subunit2_status
refined(enum subunit2_status status, const char *type)
{
	bool uxsuccess = status == SUBUNIT2_FAIL && type && strcmp(type, "uxsuccess") == 0;
	bool xfail = status == SUBUNIT2_SKIP && type &&
	             (strcmp(type, "xfail") == 0 || strcmp(type, "pytest.xfail") == 0);
	return uxsuccess ? SUBUNIT2_UXSUCCESS : xfail ? SUBUNIT2_XFAIL : status;
}

static void
tell_reason(struct junit_input *self, const char *message)
{
	struct subunit2_event event = {
		.file_name = SUBUNIT2_LITERAL("reason"),
		.file_bytes = subunit2_view_of(message),
		.mime_type = SUBUNIT2_LITERAL("text/plain;charset=utf8"),
		.eof = true,
	};
	emit(self, &event);
}

static void
begin_telling(struct junit_input *self, size_t which, const XML_Char **attributes)
{
	enum subunit2_status status =
		refined(tellings[which].status, attribute(attributes, "type"));
	const char *message = attribute(attributes, "message");
	bool told = message && *message != '\0';
	if (self->id && status != SUBUNIT2_STATUS_NONE) {
		/* A failure weighs more than a skip beside it. */
		if (!subunit2_status_is_bad(self->status))
			self->status = status;
		if (told)
			tell_reason(self, message);
	}
	bool skipped = tellings[which].status == SUBUNIT2_SKIP;
	begin_file(self, skipped && told ? "details" : tellings[which].file_name);
}

static void
begin_element(void *context, const XML_Char *name, const XML_Char **attributes)
{
	struct junit_input *self = context;
	if (self->where != IN_NOTHING) {
		self->depth++;
		return;
	}
	if (strcmp(name, "testsuites") == 0)
		return;
	if (strcmp(name, "testsuite") == 0) {
		begin_suite(self, attributes);
		return;
	}
	if (strcmp(name, "testcase") == 0 && !self->id) {
		begin_case(self, attributes);
		return;
	}
	for (size_t i = 0; i < sizeof(tellings) / sizeof(*tellings); i++)
		if (strcmp(name, tellings[i].element) == 0) {
			begin_telling(self, i, attributes);
			return;
		}
	self->where = IN_OTHER;
	self->depth = 0;
}

static void
end_element(void *context, const XML_Char *name)
{
	struct junit_input *self = context;
	if (self->where != IN_NOTHING && self->depth > 0)
		self->depth--;
	else if (self->where == IN_FILE)
		end_file(self);
	else if (self->where == IN_OTHER)
		self->where = IN_NOTHING;
	else if (strcmp(name, "testcase") == 0)
		end_case(self);
	else if (strcmp(name, "testsuite") == 0)
		end_suite(self);
}

static int
parse(struct junit_input *self, const char *data, size_t len, bool last,
      struct subunit2_error *error)
{
	self->error = error;
	if (XML_Parse(self->parser, data, (int)len, last) == XML_STATUS_OK)
		return SUBUNIT2_OK;
	if (self->result != SUBUNIT2_OK)
		return self->result;
	XML_Index at = XML_GetCurrentByteIndex(self->parser); /* -1: nothing was read */
	subunit2_error_set(error, SUBUNIT2_INVALID, NULL,
	                   XML_ErrorString(XML_GetErrorCode(self->parser)));
	if (error && at > 0)
		error->offset = (uint64_t)at;
	return SUBUNIT2_INVALID;
}

static int
junit_feed(struct input *input, const void *data, size_t len, int64_t now_ms,
           struct subunit2_error *error)
{
	(void)now_ms;
	return parse((struct junit_input *)input, data, len, false, error);
}

static int
junit_finish(struct input *input, struct subunit2_error *error)
{
	return parse((struct junit_input *)input, "", 0, true, error);
}

static void
junit_free(struct input *input)
{
	struct junit_input *self = (struct junit_input *)input;
	XML_ParserFree(self->parser);
	while (self->suite_depth)
		end_suite(self);
	free(self->suites);
	given_clear(&self->given);
	free(self->id);
	free(self->piece);
	free(self);
}

struct input *
input_junit(const struct input_options *options, struct subunit2_sink *sink,
            struct subunit2_error *error)
{
	(void)options, (void)error;
	struct junit_input *self = memory_zeroed(1, sizeof(*self));
	self->input = (struct input){junit_feed, NULL, NULL, junit_finish, junit_free};
	self->sink = sink;
	given_init(&self->given);
	self->piece = memory_resize(NULL, PIECE_MAX, 1);
	self->parser = memory_have(XML_ParserCreate(NULL));
	XML_SetUserData(self->parser, self);
	XML_SetElementHandler(self->parser, begin_element, end_element);
	XML_SetCharacterDataHandler(self->parser, take_text);
	return &self->input;
}

struct input *
input_junit_colons(const struct input_options *options, struct subunit2_sink *sink,
                   struct subunit2_error *error)
{
	struct input *input = input_junit(options, sink, error);
	((struct junit_input *)input)->colons = true;
	return input;
}

/* True when TEXT is, or may become, XML. */
static bool
may_be_xml(struct subunit2_view text)
{
	static const char *const beginnings[] = {"<?xml", "<testsuite"};
	for (size_t i = 0; text.len > 0 && i < sizeof(beginnings) / sizeof(*beginnings); i++) {
		size_t len = strlen(beginnings[i]);
		if (memcmp(text.data, beginnings[i], text.len < len ? text.len : len) == 0)
			return true;
	}
	return false;
}

struct sign
recognise_junit(const struct head *head)
{
	static const char bom[] = "\xEF\xBB\xBF";
	struct subunit2_view text = head->bytes;
	if (text.len > 3 && memcmp(text.data, bom, 3) == 0)
		text.data += 3, text.len -= 3;
	while (text.len > 0 && strchr(" \t\r\n", *text.data))
		text.data++, text.len--;
	bool first = head->begins && text.len > 0 && *text.data == '<';
	bool found = first && memmem(text.data, text.len, "<testsuite", 10);
	struct sign sign = sign_at(found ? 0 : SIGN_NONE);
	sign.holds = first && !found && may_be_xml(text);
	return sign;
}
