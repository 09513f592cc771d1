/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "gojson_action.h"

#include "memory.h"
#include "rfc3339.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define ELAPSED_MAX 1e9      /* seconds */
#define NO_PACKAGE "go test" /* the id of a result without a package */

/* A name that is not in OBJECT is NULL. Returns false if a NUL is in it. */
static bool
gojson_action_read_name(const json_t *object, const char *member, const char **name)
{
	const json_t *value = json_object_get(object, member);
	*name = json_string_value(value);
	return !*name || strlen(*name) == json_string_length(value);
}

bool
gojson_action_read(const json_t *object, struct gojson_action *action)
{
	const json_t *output = json_object_get(object, "Output");
	const json_t *elapsed = json_object_get(object, "Elapsed");
	const char *time = json_string_value(json_object_get(object, "Time"));
	double seconds = json_number_value(elapsed);
	*action = (struct gojson_action){
		.output = {json_string_value(output), json_string_length(output)},
		.has_elapsed = json_is_number(elapsed) && seconds >= 0 && seconds < ELAPSED_MAX,
	};
	if (action->has_elapsed)
		action->elapsed_ns = (int64_t)(seconds * 1e9 + 0.5);
	action->has_time = time && rfc3339_read(subunit2_view_of(time), &action->time) &&
	                   action->time.sec >= 0 && action->time.sec <= UINT32_MAX;
	bool named = gojson_action_read_name(object, "Action", &action->action) &&
	             gojson_action_read_name(object, "Package", &action->package) &&
	             gojson_action_read_name(object, "Test", &action->test) &&
	             gojson_action_read_name(object, "ImportPath", &action->import_path);
	if (action->import_path)
		action->package = action->test = NULL;
	return named;
}

char *
gojson_action_id(const struct gojson_action *action)
{
	if (action->import_path)
		return memory_format("go build %s", action->import_path);
	if (!action->package)
		return memory_copy(action->test ? action->test : NO_PACKAGE);
	if (!action->test)
		return memory_copy(action->package);
	return memory_format("%s::%s", action->package, action->test);
}

bool
gojson_action_is_benchmark(const struct gojson_action *action)
{
	return action->test && strncmp(action->test, "Benchmark", strlen("Benchmark")) == 0;
}

bool
gojson_action_status(const char *name, enum subunit2_status *status)
{
	static const struct {
		const char *action;
		enum subunit2_status status;
	} actions[] = {
		{"start", SUBUNIT2_STATUS_INPROGRESS}, {"run", SUBUNIT2_STATUS_INPROGRESS},
		{"pass", SUBUNIT2_STATUS_SUCCESS},     {"bench", SUBUNIT2_STATUS_SUCCESS},
		{"fail", SUBUNIT2_STATUS_FAIL},        {"skip", SUBUNIT2_STATUS_SKIP},
		{"build-fail", SUBUNIT2_STATUS_FAIL},  {"pause", SUBUNIT2_STATUS_NONE},
		{"cont", SUBUNIT2_STATUS_NONE},        {"attr", SUBUNIT2_STATUS_NONE},
		{"artifacts", SUBUNIT2_STATUS_NONE},
	};
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
		if (strcasecmp(name, actions[i].action) == 0) {
			*status = actions[i].status;
			return true;
		}
	return false;
}

bool
gojson_action_is_output(const struct gojson_action *action)
{
	return subunit2_view_present(action->output) &&
	       (strcmp(action->action, "output") == 0 ||
	        strcmp(action->action, "build-output") == 0);
}

/* Reads "NAME (0.25s)" at the beginning of TEXT. */
static bool
gojson_action_read_named_time(struct subunit2_view text, struct gojson_result *result)
{
	char seconds[32];
	const char *open = memmem(text.data, text.len, " (", 2);
	const char *close = memmem(text.data, text.len, "s)", 2);
	if (!open || !close || close < open + 2 || (size_t)(close - open - 2) >= sizeof(seconds))
		return false;
	snprintf(seconds, sizeof(seconds), "%.*s", (int)(close - open - 2), open + 2);
	char *end;
	double elapsed = strtod(seconds, &end);
	if (end == seconds || *end != '\0' || !(elapsed >= 0 && elapsed < ELAPSED_MAX))
		return false;
	result->test = (struct subunit2_view){text.data, (size_t)(open - text.data)};
	result->elapsed_ns = (int64_t)(elapsed * 1e9 + 0.5);
	return result->test.len > 0;
}

bool
gojson_result_find(struct subunit2_view output, struct gojson_result *result)
{
	static const struct {
		const char *mark;
		enum subunit2_status status;
	} marks[] = {
		{"--- PASS: ", SUBUNIT2_STATUS_SUCCESS},
		{"--- FAIL: ", SUBUNIT2_STATUS_FAIL},
		{"--- SKIP: ", SUBUNIT2_STATUS_SKIP},
	};
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		size_t len = strlen(marks[i].mark);
		const char *at = memmem(output.data, output.len, marks[i].mark, len);
		if (!at)
			continue;
		struct subunit2_view rest = {at + len,
		                             output.len - len - (size_t)(at - output.data)};
		result->status = marks[i].status;
		return gojson_action_read_named_time(rest, result);
	}
	return false;
}

static struct subunit2_view
gojson_skip_bytes(struct subunit2_view text, const char *set)
{
	size_t len = 0;
	while (len < text.len && text.data[len] && strchr(set, text.data[len]))
		len++;
	return (struct subunit2_view){text.data + len, text.len - len};
}

/* Skips blanks and the number after them. Returns false if there is no number, or no blank after
 * it. */
static bool
gojson_skip_number(struct subunit2_view *text)
{
	struct subunit2_view number = gojson_skip_bytes(*text, " \t");
	*text = gojson_skip_bytes(number, "0123456789.");
	return text->len < number.len && text->len > 0 &&
	       (*text->data == ' ' || *text->data == '\t');
}

bool
gojson_is_measurement(struct subunit2_view output)
{
	if (subunit2_view_starts(output, SUBUNIT2_LITERAL("Benchmark"))) {
		const char *tab = memchr(output.data, '\t', output.len);
		size_t len = tab ? (size_t)(tab - output.data) : output.len;
		output = (struct subunit2_view){output.data + len, output.len - len};
	}
	return gojson_skip_number(&output) && gojson_skip_number(&output);
}

bool
gojson_failed_build(struct subunit2_view line, struct subunit2_view *package,
                    struct subunit2_view *why)
{
	static const char *const reasons[] = {"build failed", "setup failed"};
	static const char begin[] = "FAIL\t";
	const size_t begin_len = sizeof(begin) - 1;
	while (line.len > 0 && strchr("\r\n", line.data[line.len - 1]))
		line.len--;
	if (!subunit2_view_starts(line, subunit2_view_of(begin)))
		return false;
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
		char end[32];
		size_t end_len = (size_t)snprintf(end, sizeof(end), " [%s]", reasons[i]);
		if (!subunit2_view_ends(line, subunit2_view_of(end)) ||
		    line.len <= begin_len + end_len)
			continue;
		*package = (struct subunit2_view){line.data + begin_len,
		                                  line.len - begin_len - end_len};
		*why = subunit2_view_of(reasons[i]);
		return !memchr(package->data, ' ', package->len);
	}
	return false;
}
