/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The actions of `go test -json`: a line each.
 */
#ifndef GOJSON_ACTION_H
#define GOJSON_ACTION_H

#include <jansson.h>
#include <subunit2/event.h>

/* Strings are those of the JSON object; NULL or absent: not there. An action of a build, which has
 * an import path, has no package and no test. */
struct gojson_action {
	const char *action, *package, *test, *import_path;
	struct subunit2_view output;
	bool has_time, has_elapsed;
	struct subunit2_time time;
	int64_t elapsed_ns;
};

/* Returns false if a name holds a NUL. */
bool gojson_action_read(const json_t *object, struct gojson_action *action);

/* Returns the id of the test, package or build of ACTION, to be freed; "go test" if it names none
 * of them. */
char *gojson_action_id(const struct gojson_action *action);

/* Returns true if the test of ACTION is a benchmark. */
bool gojson_action_is_benchmark(const struct gojson_action *action);

/* Sets *STATUS to the status that the action NAME gives to its test; NONE: it gives none. Returns
 * false if there is no such action. */
bool gojson_action_status(const char *name, enum subunit2_status *status);

/* Returns true for printed bytes: of a test, a package or a build. */
bool gojson_action_is_output(const struct gojson_action *action);

/* The result that a test binary prints, "--- PASS: TestSum (0.25s)". */
struct gojson_result {
	enum subunit2_status status;
	struct subunit2_view test;
	int64_t elapsed_ns;
};

/* Finds a result in OUTPUT, also after other bytes of its line. */
bool gojson_result_find(struct subunit2_view output, struct gojson_result *result);

/* Returns whether OUTPUT is the line of a benchmark that passed, or its end: the number of runs and
 * a measurement, "BenchmarkSum-8 \t  1\t  421.0 ns/op". */
bool gojson_is_measurement(struct subunit2_view output);

/* Reads "FAIL\tPACKAGE [build failed]" and "[setup failed]", which go before 1.24 prints instead of
 * an action. Sets *WHY to the text in the brackets. */
bool gojson_failed_build(struct subunit2_view line, struct subunit2_view *package,
                         struct subunit2_view *why);

#endif
