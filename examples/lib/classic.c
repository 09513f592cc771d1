/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The classic API in both directions. Without an argument, run two tests and write their results
 * as packets to standard output. With "-", read a stream from standard input and print its tests
 * as calls.
 *
 *     ./classic | ./classic -
 */
#include <stdio.h>
#include <string.h>
#include <subunit2.h>

static enum subunit2_result
run_tests(struct subunit2_classic *classic, struct subunit2_error *error)
{
	struct subunit2_view adds = SUBUNIT2_LITERAL("adds"), opens = SUBUNIT2_LITERAL("opens");
	enum subunit2_result result = subunit2_classic_start(classic, adds, error);

	if (result == SUBUNIT2_E_OK)
		result = 1 + 1 == 2 ? subunit2_classic_success(classic, adds, error)
		                    : subunit2_classic_failure(classic, adds,
		                                               SUBUNIT2_LITERAL("not 2\n"), error);
	if (result == SUBUNIT2_E_OK)
		result =
			subunit2_classic_skip(classic, opens, SUBUNIT2_LITERAL("no window"), error);
	return result;
}

static enum subunit2_result
on_start(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	(void)context, (void)error;
	printf("start %.*s\n", (int)test->id.len, test->id.data);
	return SUBUNIT2_E_OK;
}

/* All outcomes: the status of the test says which one it is. */
static enum subunit2_result
on_outcome(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	(void)context, (void)error;
	printf("%s %.*s\n", subunit2_status_name(test->status), (int)test->id.len, test->id.data);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
print_calls(struct subunit2_error *error)
{
	const struct subunit2_classic_calls calls = {
		.size = sizeof(calls),
		.start = on_start,
		.success = on_outcome,
		.failure = on_outcome,
		.error = on_outcome,
		.skip = on_outcome,
		.expected_failure = on_outcome,
		.unexpected_success = on_outcome,
	};
	struct subunit2_sink *listener = subunit2_classic_sink_new(&calls, NULL);
	struct subunit2_input *input = subunit2_input_new(0, "standard input", 0, error);
	const struct subunit2_event *event = NULL;
	enum subunit2_result result;

	if (!listener || !input)
		return subunit2_error_set(error, SUBUNIT2_E_NO_MEMORY, "input", "out of memory");
	while ((result = subunit2_input_next(input, &event, error)) == SUBUNIT2_E_OK && event) {
		result = subunit2_sink_event(listener, event, error);
		if (result != SUBUNIT2_E_OK)
			break;
	}
	if (result == SUBUNIT2_E_OK)
		result = subunit2_sink_finish(listener, error);
	subunit2_input_free(input);
	subunit2_sink_free(listener);
	return result;
}

static enum subunit2_result
write_packets(struct subunit2_error *error)
{
	const struct subunit2_classic_options options = {
		.size = sizeof(options),
		.clock = subunit2_time_now,
	};
	struct subunit2_output *output = subunit2_output_new(1, "standard output", 0, error);
	struct subunit2_classic *classic =
		output ? subunit2_classic_new(subunit2_output_sink(output), &options) : NULL;
	enum subunit2_result result = SUBUNIT2_E_NO_MEMORY;

	if (classic)
		result = run_tests(classic, error);
	if (result == SUBUNIT2_E_OK)
		result = subunit2_output_flush(output, error);
	subunit2_classic_free(classic);
	subunit2_output_free(output);
	return result;
}

int
main(int argc, char **argv)
{
	struct subunit2_error error = {.subject = "classic", .message = "out of memory"};
	bool reads = argc == 2 && strcmp(argv[1], "-") == 0;

	if ((reads ? print_calls(&error) : write_packets(&error)) == SUBUNIT2_E_OK)
		return 0;
	fprintf(stderr, "classic: %s: %s\n", error.subject, error.message);
	return 1;
}
