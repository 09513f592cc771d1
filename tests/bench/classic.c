/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Writes two events for each of 1,000 tests, ROUNDS times, to standard output: through the output,
 * the classic API (an object for each round), or the drop-in libsubunit. libsubunit writes each
 * event at once, and so does "flushed", through the output.
 *
 *     classic output|flushed|classic|libsubunit ROUNDS
 */
#include <stdio.h>
#include <stdlib.h>
#include <subunit/child.h>
#include <subunit2.h>
#include <unistd.h>

#define TESTS 1000
#define SCRIPT "tests/script"

static char ids[TESTS][64]; /* SCRIPT::NAME */
static struct subunit2_output *output;

static const char *
name_of(size_t test)
{
	return ids[test] + strlen(SCRIPT "::");
}

static void
write_status(const char *id, enum subunit2_status status, bool flushed)
{
	struct subunit2_event event = {
		.test_id = subunit2_view_of(id),
		.status = status,
		.has_timestamp = true,
		.timestamp = subunit2_time_now(NULL),
	};

	subunit2_output_event(output, &event, NULL);
	if (flushed)
		subunit2_output_flush(output, NULL);
}

static void
write_directly(bool flushed)
{
	for (size_t i = 0; i < TESTS; i++) {
		write_status(ids[i], SUBUNIT2_STATUS_INPROGRESS, flushed);
		write_status(ids[i], SUBUNIT2_STATUS_SUCCESS, flushed);
	}
}

static void
write_classic(void)
{
	struct subunit2_classic_options options = {
		.size = sizeof(options),
		.script = SUBUNIT2_LITERAL(SCRIPT),
		.clock = subunit2_time_now,
	};
	struct subunit2_classic *classic =
		subunit2_classic_new(subunit2_output_sink(output), &options);

	for (size_t i = 0; i < TESTS; i++) {
		subunit2_classic_start(classic, subunit2_view_of(name_of(i)), NULL);
		subunit2_classic_success(classic, subunit2_view_of(name_of(i)), NULL);
	}
	subunit2_classic_free(classic);
}

static void
write_with_libsubunit(void)
{
	for (size_t i = 0; i < TESTS; i++) {
		subunit_test_start(name_of(i));
		subunit_test_pass(name_of(i));
	}
}

int
main(int argc, char **argv)
{
	const char *way = argc == 3 ? argv[1] : "";
	long rounds = argc == 3 ? atol(argv[2]) : 0;

	output = subunit2_output_new(STDOUT_FILENO, "standard output", 0, NULL);
	if (!output || rounds <= 0)
		return 2;
	setenv("SUBUNIT2_TEST_ID", SCRIPT, 1);
	for (size_t i = 0; i < TESTS; i++)
		snprintf(ids[i], sizeof(ids[i]), SCRIPT "::Core:test_of_number_%zu", i);
	while (rounds--) {
		if (strcmp(way, "libsubunit") == 0)
			write_with_libsubunit();
		else if (strcmp(way, "classic") == 0)
			write_classic();
		else
			write_directly(strcmp(way, "flushed") == 0);
	}
	return subunit2_output_flush(output, NULL) != SUBUNIT2_E_OK;
}
