/*
 * junit: JUnit's XML, read as it comes. A case is the test CLASSNAME.NAME, or
 * SCRIPT::NAME where its class is its suite and a path. Its suites stand before that
 * where another suite has a test of that id, and in place of a class that is none.
 * What the suite and the run printed is text.
 *
 * Where cases have a length, they follow each other from the suite's timestamp
 * on; in a file without timestamps time begins with 1970.
 */
#include "id_owners.h"
#include "input.h"
#include "junit_time.h"
#include "memory.h"

#include <expat.h>
#include <stdlib.h>

#define PIECE_MAX 65536        /* bytes of a file in one event */
#define WAITING_MAX (64 << 20) /* bytes that the parser is not given yet */
#define SUITES_MAX 1024        /* bytes of the names of all suites in an id */

/* The files of a test. */
enum file {
	FILE_TRACEBACK,
	FILE_REASON,
	FILE_DETAILS,
	FILE_RERUN_FAILURE,
	FILE_RERUN_ERROR,
	FILE_FLAKY_FAILURE,
	FILE_FLAKY_ERROR,
	FILE_STDOUT,
	FILE_STDERR,
};

static const char *const file_names[] = {
	[FILE_TRACEBACK] = "traceback",    [FILE_REASON] = "reason",
	[FILE_DETAILS] = "details",        [FILE_RERUN_FAILURE] = "rerunFailure",
	[FILE_RERUN_ERROR] = "rerunError", [FILE_FLAKY_FAILURE] = "flakyFailure",
	[FILE_FLAKY_ERROR] = "flakyError", [FILE_STDOUT] = "stdout",
	[FILE_STDERR] = "stderr",
};

enum where {
	IN_NOTHING,
	IN_FILE,  /* in the text of an element that is a file */
	IN_OTHER, /* in one that is none, like properties */
};

struct suite {
	char *name;
	uint64_t number;   /* from 1 */
	size_t path_outer; /* length of the path outside of it */
};

struct junit_input {
	struct input input;
	struct subunit2_sink *sink;
	XML_Parser parser;

	bool colons;          /* between the class and the name of a case, always */
	struct suite *suites; /* around the case, the outermost first */
	size_t suite_depth;   /* of them */
	size_t suites_size;   /* allocated */
	size_t path_len;
	char path[SUITES_MAX]; /* their names, joined by dots, as far as they fit */
	uint64_t suite_count;  /* that began */
	struct given given;
	struct subunit2_time time; /* of the case being read, or of the next */
	int64_t length_ns;         /* of the case being read */
	bool has_length;           /* … and whether it was given */

	char *id; /* of the case being read; NULL: none */
	bool runnable;
	bool of_suite; /* it is no case: a suite failed */
	enum subunit2_status status;
	unsigned unended; /* its files whose last line has no end, a bit for each */

	enum where where;
	int depth; /* of elements within it */
	enum file file;
	bool file_begun; /* something of it was told */
	char *instead;   /* of text, where the element has none; NULL: nothing */
	char *piece;     /* of it, PIECE_MAX bytes */
	size_t piece_len;

	uint64_t fed, moved; /* bytes that the parser had: all; when it last called back */
	char *waiting;       /* bytes for it, behind these; see junit_feed */
	size_t waiting_len, waiting_size;

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

/* Adds NAME to the path. What does not fit is left out: without a limit, deep suites
 * would make ids whose lengths add up to the square of the file's. */
static void
junit_add_to_path(struct junit_input *self, const char *name)
{
	size_t room = sizeof(self->path) - self->path_len;
	if (*name == '\0' || room < 2)
		return;
	if (self->path_len > 0) {
		self->path[self->path_len++] = '.';
		room--;
	}
	size_t len = subunit2_utf8_cut(subunit2_view_of(name), room);
	memcpy(self->path + self->path_len, name, len);
	self->path_len += len;
}

static void
begin_suite(struct junit_input *self, const XML_Char **attributes)
{
	const char *name = attribute(attributes, "name");
	const char *timestamp = attribute(attributes, "timestamp");
	if (self->suite_depth == self->suites_size) {
		self->suites_size = self->suites_size ? 2 * self->suites_size : 8;
		self->suites =
			memory_resize(self->suites, self->suites_size, sizeof(*self->suites));
	}
	name = name ? name : "";
	self->suites[self->suite_depth++] =
		(struct suite){memory_copy(name), ++self->suite_count, self->path_len};
	junit_add_to_path(self, name);
	if (timestamp)
		junit_time_moment(timestamp, &self->time);
}

static void
end_suite(struct junit_input *self)
{
	self->path_len = self->suites[--self->suite_depth].path_outer;
	free(self->suites[self->suite_depth].name);
}

/* Returns ID after the names of the suites around it, or only these if it is NULL; to be
 * freed. */
static char *
in_suites(const struct junit_input *self, const char *id)
{
	const char *name = id ? id : "", *dot = self->path_len > 0 && *name ? "." : "";
	return memory_format("%.*s%s%s", (int)self->path_len, self->path, dot, name);
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
	return given_take_numbered(&self->given, whole, suite);
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

/* GoogleTest says by attributes alone that a test is disabled. */
static bool
was_run(const XML_Char **attributes)
{
	const char *status = attribute(attributes, "status");
	const char *result = attribute(attributes, "result");
	return !(status && (strcmp(status, "notrun") == 0 || strcmp(status, "disabled") == 0)) &&
	       !(result && (strcmp(result, "suppressed") == 0 || strcmp(result, "skipped") == 0));
}

/* The test ID, which becomes SELF's, begins. */
static void
begin_test(struct junit_input *self, char *id, enum subunit2_status status)
{
	struct subunit2_event event = {.status = SUBUNIT2_INPROGRESS};
	self->id = id;
	self->status = status;
	self->unended = 0;
	emit(self, &event);
}

static void
begin_case(struct junit_input *self, const XML_Char **attributes)
{
	const char *name = attribute(attributes, "name");
	const char *length = attribute(attributes, "time");
	char *id = case_id(self, attribute(attributes, "classname"), name ? name : "",
	                   &self->runnable);
	self->has_length = length && junit_time_length(length, &self->length_ns);
	begin_test(self, id, was_run(attributes) ? SUBUNIT2_SUCCESS : SUBUNIT2_SKIP);
	if (self->has_length)
		self->time = subunit2_time_add(self->time, self->length_ns);
	if (self->time.sec > UINT32_MAX)
		self->time.sec = UINT32_MAX;
}

/* What fails outside of all cases, as a setup does, is the test that is called as the suite. */
static void
begin_suite_test(struct junit_input *self)
{
	char *id = in_suites(self, NULL);
	if (*id == '\0') {
		free(id);
		id = memory_copy("testsuite");
	}
	self->runnable = true;
	self->has_length = false;
	self->of_suite = true;
	begin_test(self, apart(self, id), SUBUNIT2_FAIL);
}

static void
end_test(struct junit_input *self)
{
	struct subunit2_event event = {.status = self->status};
	emit(self, &event);
	free(self->id);
	self->id = NULL;
	self->of_suite = false;
	self->unended = 0;
}

static void
tell_piece(struct junit_input *self, enum file file, struct subunit2_view bytes, bool first,
           bool last)
{
	struct subunit2_event event = {
		.file_name = subunit2_view_of(file_names[file]),
		.file_bytes = bytes,
		.eof = last,
	};
	if (first)
		event.mime_type = SUBUNIT2_TEXT_TYPE;
	emit(self, &event);
	if (bytes.len == 0)
		return;
	self->unended &= ~(1u << file);
	if (bytes.data[bytes.len - 1] != '\n')
		self->unended |= 1u << file;
}

/* FILE is to go on: what another element said of it ends its line before that. */
static void
end_line(struct junit_input *self, enum file file)
{
	if (self->unended & 1u << file)
		tell_piece(self, file, SUBUNIT2_LITERAL("\n"), false, false);
}

static void
tell_file(struct junit_input *self, bool eof)
{
	bool first = !self->file_begun;
	if (first)
		end_line(self, self->file);
	tell_piece(self, self->file, (struct subunit2_view){self->piece, self->piece_len}, first,
	           eof);
	self->file_begun = true;
	self->piece_len = 0;
}

/* INSTEAD, which is freed, is all of it where the element has no text; NULL: nothing is. */
static void
begin_file(struct junit_input *self, enum file file, char *instead)
{
	self->where = IN_FILE;
	self->depth = 0;
	self->file = file;
	self->instead = instead;
	self->file_begun = false;
	self->piece_len = 0;
}

static void
put_text(struct junit_input *self, const char *text, size_t len)
{
	for (size_t left = len; left > 0;) {
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
take_text(void *context, const XML_Char *text, int len)
{
	struct junit_input *self = context;
	self->moved = self->fed;
	if (self->where == IN_FILE)
		put_text(self, text, (size_t)len);
}

static void
end_file(struct junit_input *self)
{
	if (!self->piece_len && !self->file_begun && self->instead)
		put_text(self, self->instead, strlen(self->instead));
	if (self->piece_len > 0 || self->file_begun)
		tell_file(self, true);
	free(self->instead);
	self->instead = NULL;
	self->where = IN_NOTHING;
	if (self->of_suite)
		end_test(self);
}

/* The elements that tell how a case went; what they hold is a file of it. */
static const struct telling {
	const char *element;
	enum subunit2_status status;
	enum file file;
} tellings[] = {
	{"failure", SUBUNIT2_FAIL, FILE_TRACEBACK},
	{"error", SUBUNIT2_FAIL, FILE_TRACEBACK},
	{"skipped", SUBUNIT2_SKIP, FILE_REASON},
	{"rerunFailure", SUBUNIT2_STATUS_NONE, FILE_RERUN_FAILURE},
	{"rerunError", SUBUNIT2_STATUS_NONE, FILE_RERUN_ERROR},
	{"flakyFailure", SUBUNIT2_STATUS_NONE, FILE_FLAKY_FAILURE},
	{"flakyError", SUBUNIT2_STATUS_NONE, FILE_FLAKY_ERROR},
	{"system-out", SUBUNIT2_STATUS_NONE, FILE_STDOUT},
	{"system-err", SUBUNIT2_STATUS_NONE, FILE_STDERR},
};

/* The words that this program has for type: nobody's exceptions. */
static const struct {
	const char *type;
	enum subunit2_status refines, into;
} types[] = {
	{"uxsuccess", SUBUNIT2_FAIL, SUBUNIT2_UXSUCCESS}, {"xfail", SUBUNIT2_SKIP, SUBUNIT2_XFAIL},
	{"pytest.xfail", SUBUNIT2_SKIP, SUBUNIT2_XFAIL},  {"fail", SUBUNIT2_FAIL, SUBUNIT2_FAIL},
	{"unfinished", SUBUNIT2_FAIL, SUBUNIT2_FAIL},     {"damage", SUBUNIT2_FAIL, SUBUNIT2_FAIL},
};

/* What STATUS is with *TYPE, which becomes NULL where that says no more. */
static enum subunit2_status
refined(enum subunit2_status status, const char **type)
{
	for (size_t i = 0; *type && i < sizeof(types) / sizeof(*types); i++) {
		if (status != types[i].refines || strcmp(*type, types[i].type) != 0)
			continue;
		*type = NULL;
		return types[i].into;
	}
	if (status == SUBUNIT2_SKIP)
		*type = NULL;
	return status;
}

static void
tell_reason(struct junit_input *self, const char *message)
{
	end_line(self, FILE_REASON);
	tell_piece(self, FILE_REASON, subunit2_view_of(message), true, true);
}

/* What stands for the text of an element, to be freed; NULL: nothing. */
static char *
instead_of(const char *type, const char *message)
{
	if (type && message)
		return memory_format("%s: %s", type, message);
	return type || message ? memory_copy(type ? type : message) : NULL;
}

static const char *
unless_empty(const char *text)
{
	return text && *text != '\0' ? text : NULL;
}

static void
begin_telling(struct junit_input *self, const struct telling *telling, const XML_Char **attributes)
{
	const char *type = unless_empty(attribute(attributes, "type"));
	const char *message = unless_empty(attribute(attributes, "message"));
	enum subunit2_status status = refined(telling->status, &type);
	bool skipped = telling->status == SUBUNIT2_SKIP && message;
	if (!self->id && telling->status == SUBUNIT2_FAIL)
		begin_suite_test(self);
	if (self->id && status != SUBUNIT2_STATUS_NONE) {
		/* A failure weighs more than a skip beside it. */
		if (!subunit2_status_is_bad(self->status))
			self->status = status;
		if (message)
			tell_reason(self, message);
		message = NULL;
	}
	begin_file(self, skipped ? FILE_DETAILS : telling->file, instead_of(type, message));
}

static const char *
without_prefix(const char *name)
{
	const char *colon = strrchr(name, ':');
	return colon ? colon + 1 : name;
}

static void
begin_element(void *context, const XML_Char *name, const XML_Char **attributes)
{
	struct junit_input *self = context;
	self->moved = self->fed;
	name = without_prefix(name);
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
			begin_telling(self, &tellings[i], attributes);
			return;
		}
	self->where = IN_OTHER;
	self->depth = 0;
}

static void
end_element(void *context, const XML_Char *name)
{
	struct junit_input *self = context;
	self->moved = self->fed;
	name = without_prefix(name);
	if (self->where != IN_NOTHING && self->depth > 0)
		self->depth--;
	else if (self->where == IN_FILE)
		end_file(self);
	else if (self->where == IN_OTHER)
		self->where = IN_NOTHING;
	else if (strcmp(name, "testcase") == 0)
		end_test(self);
	else if (strcmp(name, "testsuite") == 0)
		end_suite(self);
}

/* Comments and the like. */
static void
take_other(void *context, const XML_Char *text, int len)
{
	struct junit_input *self = context;
	(void)text, (void)len;
	self->moved = self->fed;
}

static int
parse(struct junit_input *self, const char *data, size_t len, bool last,
      struct subunit2_error *error)
{
	self->error = error;
	self->fed += len;
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
parse_waiting(struct junit_input *self, struct subunit2_error *error)
{
	size_t len = self->waiting_len;
	self->waiting_len = 0;
	return len > 0 ? parse(self, self->waiting, len, false, error) : SUBUNIT2_OK;
}

static void
wait_with(struct junit_input *self, const void *data, size_t len)
{
	if (self->waiting_len + len > self->waiting_size) {
		self->waiting_size = 2 * (self->waiting_len + len);
		self->waiting = memory_resize(self->waiting, self->waiting_size, 1);
	}
	memcpy(self->waiting + self->waiting_len, data, len);
	self->waiting_len += len;
}

/* The parser begins anew with a tag whose end it was not given: what follows of a long one
 * waits until it is as much again. */
static int
junit_feed(struct input *input, const void *data, size_t len, int64_t now_ms,
           struct subunit2_error *error)
{
	struct junit_input *self = (struct junit_input *)input;
	uint64_t begun = self->fed - self->moved;
	(void)now_ms;
	if (self->waiting_len == 0 && begun <= PIECE_MAX)
		return parse(self, data, len, false, error);
	wait_with(self, data, len);
	if (self->waiting_len < begun && self->waiting_len < WAITING_MAX)
		return SUBUNIT2_OK;
	return parse_waiting(self, error);
}

static int
junit_finish(struct input *input, struct subunit2_error *error)
{
	struct junit_input *self = (struct junit_input *)input;
	int result = parse_waiting(self, error);
	return result == SUBUNIT2_OK ? parse(self, "", 0, true, error) : result;
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
	free(self->instead);
	free(self->waiting);
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
	XML_SetDefaultHandlerExpand(self->parser, take_other);
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
