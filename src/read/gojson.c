/*
 * gojson: what `go test -json` prints. A package is a runnable test, its tests
 * and their subtests are PACKAGE::NAME; output belongs to the test it was printed
 * in, and to the package where that test has ended. A failed build is the test
 * "go build IMPORTPATH". Lines that are not of this format are text, or damage
 * where the user named the format.
 */
#include "json_event.h"
#include "line_reader.h"
#include "memory.h"
#include "rfc3339.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <subunit2/damage.h>
#include <uthash.h>

struct open_test {
	char *id;
	UT_hash_handle hh;
};

struct gojson_input {
	struct line_input base;
	bool declared;
	struct open_test *open;
};

/* A line. Strings are the JSON object's; NULL or absent: not there. */
struct action {
	const char *action, *package, *test, *import_path;
	struct subunit2_view output;
	bool has_time;
	struct subunit2_time time;
};

/* A name: not in OBJECT is as good as NULL; false where a NUL is in it. */
static bool
read_name(const json_t *object, const char *member, const char **name)
{
	const json_t *value = json_object_get(object, member);
	*name = json_string_value(value);
	return !*name || strlen(*name) == json_string_length(value);
}

static bool
read_action(const json_t *object, struct action *action)
{
	const json_t *output = json_object_get(object, "Output");
	const char *time = json_string_value(json_object_get(object, "Time"));
	action->output =
		(struct subunit2_view){json_string_value(output), json_string_length(output)};
	action->has_time = time && rfc3339_read(subunit2_view_of(time), &action->time) &&
	                   action->time.sec >= 0 && action->time.sec <= UINT32_MAX;
	return read_name(object, "Action", &action->action) &&
	       read_name(object, "Package", &action->package) &&
	       read_name(object, "Test", &action->test) &&
	       read_name(object, "ImportPath", &action->import_path);
}

/* The id of what an action speaks of, to be freed; NULL: of nothing. */
static char *
id_of(const struct action *action)
{
	if (action->import_path)
		return memory_format("go build %s", action->import_path);
	if (!action->package)
		return action->test ? memory_copy(action->test) : NULL;
	if (!action->test)
		return memory_copy(action->package);
	return memory_format("%s::%s", action->package, action->test);
}

static struct open_test *
test_named(struct gojson_input *self, const char *id)
{
	struct open_test *test = NULL;
	if (id)
		HASH_FIND_STR(self->open, id, test);
	return test;
}

static void
open_test(struct gojson_input *self, const char *id)
{
	if (test_named(self, id))
		return;
	struct open_test *test = memory_zeroed(1, sizeof(*test));
	test->id = memory_copy(id);
	HASH_ADD_KEYPTR(hh, self->open, test->id, strlen(test->id), test);
}

static void
close_test(struct gojson_input *self, const char *id)
{
	struct open_test *test = test_named(self, id);
	if (!test)
		return;
	HASH_DEL(self->open, test);
	free(test->id);
	free(test);
}

static int
emit(struct gojson_input *self, const struct action *action, struct subunit2_event *event,
     struct subunit2_error *error)
{
	event->has_timestamp = action->has_time;
	event->timestamp = action->time;
	return subunit2_sink_event(&self->base.loose.sink, event, error);
}

static int
emit_status(struct gojson_input *self, const struct action *action, const char *id,
            enum subunit2_status status, struct subunit2_error *error)
{
	struct subunit2_event event = {
		.test_id = subunit2_view_of(id),
		.status = status,
		.runnable = !action->test,
	};
	if (subunit2_status_is_final(status))
		close_test(self, id);
	else
		open_test(self, id);
	return emit(self, action, &event, error);
}

static int
emit_output(struct gojson_input *self, const struct action *action, const char *id,
            struct subunit2_error *error)
{
	struct subunit2_event event = {
		.file_name = action->import_path ? SUBUNIT2_LITERAL("stderr")
	                                         : SUBUNIT2_LITERAL("stdout"),
		.file_bytes = action->output,
		.mime_type = SUBUNIT2_TEXT_TYPE,
	};
	if (action->import_path || test_named(self, id)) {
		event.test_id = subunit2_view_of(id);
		event.runnable = !action->test;
	} else if (test_named(self, action->package)) {
		event.test_id = subunit2_view_of(action->package);
		event.runnable = true;
	}
	return emit(self, action, &event, error);
}

static const struct {
	const char *action;
	enum subunit2_status status; /* NONE: nothing to tell */
} actions[] = {
	{"start", SUBUNIT2_INPROGRESS}, {"run", SUBUNIT2_INPROGRESS},
	{"pass", SUBUNIT2_SUCCESS},     {"bench", SUBUNIT2_SUCCESS},
	{"fail", SUBUNIT2_FAIL},        {"skip", SUBUNIT2_SKIP},
	{"build-fail", SUBUNIT2_FAIL},  {"pause", SUBUNIT2_STATUS_NONE},
	{"cont", SUBUNIT2_STATUS_NONE}, {"attr", SUBUNIT2_STATUS_NONE},
};

/* False when there is no such action. */
static bool
status_of(const char *name, enum subunit2_status *status)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
		if (strcmp(name, actions[i].action) == 0) {
			*status = actions[i].status;
			return true;
		}
	return false;
}

/* *KNOWN: the action was one, and is told. */
static int
take_action(struct gojson_input *self, const struct action *action, bool *known,
            struct subunit2_error *error)
{
	char *id = id_of(action);
	int result = SUBUNIT2_OK;
	enum subunit2_status status;
	bool output = action->action && subunit2_view_present(action->output) &&
	              (strcmp(action->action, "output") == 0 ||
	               strcmp(action->action, "build-output") == 0);
	*known = output || (id && action->action && status_of(action->action, &status));
	if (output)
		result = emit_output(self, action, id, error);
	else if (*known && status != SUBUNIT2_STATUS_NONE)
		result = emit_status(self, action, id, status, error);
	free(id);
	return result;
}

static int
take_other(struct gojson_input *self, struct subunit2_view line, const char *why,
           struct subunit2_error *error)
{
	char reason[JSON_EVENT_REASON_SIZE];
	if (!self->declared)
		return subunit2_text_feed(self->base.loose.text, line, self->base.fed_ms, error);
	snprintf(reason, sizeof(reason), "line %llu: %s",
	         (unsigned long long)self->base.lines.count, why);
	return subunit2_damage_tell(&self->base.loose.sink, line, true, reason, NULL, error);
}

static int
take_line(struct line_input *base, struct subunit2_view line, struct subunit2_error *error)
{
	struct gojson_input *self = (struct gojson_input *)base;
	if (self->base.lines.within || self->base.lines.open)
		return take_other(self, line, "too long", error);
	json_error_t syntax;
	json_t *object =
		json_loadb(line.data, line.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &syntax);
	if (!object)
		return take_other(self, line, syntax.text, error);
	struct action action;
	bool known = false;
	int result = SUBUNIT2_OK;
	if (read_action(object, &action))
		result = take_action(self, &action, &known, error);
	if (!known)
		result = take_other(self, line, "no action of go test", error);
	json_decref(object);
	return result;
}

static int
gojson_feed(struct input *input, const void *data, size_t len, int64_t now_ms,
            struct subunit2_error *error)
{
	struct gojson_input *self = (struct gojson_input *)input;
	struct subunit2_view rest = {data, len}, line;
	int result = SUBUNIT2_OK;
	self->base.fed_ms = now_ms;
	while (result == SUBUNIT2_OK && lines_take(&self->base.lines, &rest, &line))
		result = take_line(&self->base, line, error);
	return result;
}

static int
let_go(struct line_input *base, struct subunit2_view text, struct subunit2_error *error)
{
	return take_other((struct gojson_input *)base, text, "not JSON", error);
}

static bool
may_begin(const struct line_input *base, struct subunit2_view head)
{
	(void)base;
	return *head.data == '{';
}

static int
gojson_finish(struct input *input, struct subunit2_error *error)
{
	struct gojson_input *self = (struct gojson_input *)input;
	int result = line_input_end(&self->base, error);
	return result == SUBUNIT2_OK ? subunit2_text_flush(self->base.loose.text, error) : result;
}

static void
gojson_free(struct input *input)
{
	struct gojson_input *self = (struct gojson_input *)input;
	while (self->open)
		close_test(self, self->open->id);
	line_input_clear(&self->base);
	free(self);
}

struct input *
input_gojson(const struct input_options *options, struct subunit2_sink *sink,
             struct subunit2_error *error)
{
	static const struct line_input_handler handler = {take_line, let_go, may_begin};
	(void)error;
	struct gojson_input *self = memory_zeroed(1, sizeof(*self));
	self->base.input = (struct input){gojson_feed, line_input_deadline, line_input_tick,
	                                  gojson_finish, gojson_free};
	line_input_init(&self->base, &handler, JSON_EVENT_MAX, sink);
	self->declared = options->declared;
	return &self->base.input;
}

static bool
is_action(struct subunit2_view rest)
{
	if (*rest.data != '{')
		return false;
	struct subunit2_view line = sign_take_line(&rest);
	return memmem(line.data, line.len, "\"Action\":", 9);
}

struct sign
recognise_gojson(const struct head *head)
{
	return sign_at(sign_line(head, is_action));
}
