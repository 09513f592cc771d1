/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2 automake-driver: runs one test for automake's harness, in place of automake's own
 * test-driver or tap-driver.sh, and sends it with its assertions to the wrap around make.
 *
 * Exit status: 0, whether the test passed or not; 2 usage; 3 a file could not be written. With
 * --around and --serial: that of the command.
 */
#include "automake_test.h"
#include "command.h"
#include "exit_status.h"
#include "memory.h"
#include "options.h"
#include "signals.h"

#include <stdlib.h>
#include <string.h>

enum {
	OPTION_TEST_NAME = OPTIONS_LONG,
	OPTION_LOG_FILE,
	OPTION_TRS_FILE,
	OPTION_COLOR_TESTS,
	OPTION_COLLECT_SKIPPED_LOGS,
	OPTION_ENABLE_HARD_ERRORS,
	OPTION_EXPECT_FAILURE,
	OPTION_COMMENTS,
	OPTION_NO_COMMENTS,
	OPTION_IGNORE_EXIT,
	OPTION_MERGE,
	OPTION_NO_MERGE,
	OPTION_DIAGNOSTIC_STRING,
	OPTION_FROM,
	OPTION_AROUND,
	OPTION_SERIAL,
	OPTION_XFAIL_TESTS,
};

static const struct poptOption harness_table[] = {
	OPTIONS_VALUE("test-name", '\0', OPTION_TEST_NAME, "the name of the test", "NAME"),
	OPTIONS_VALUE("log-file", '\0', OPTION_LOG_FILE, "write its output to FILE", "FILE"),
	OPTIONS_VALUE("trs-file", '\0', OPTION_TRS_FILE, "write its results to FILE", "FILE"),
	OPTIONS_VALUE("color-tests", '\0', OPTION_COLOR_TESTS, "color the console's lines",
                      "yes|no"),
	OPTIONS_VALUE("collect-skipped-logs", '\0', OPTION_COLLECT_SKIPPED_LOGS,
                      "keep the output of skipped tests in the suite's log", "yes|no"),
	OPTIONS_VALUE("enable-hard-errors", '\0', OPTION_ENABLE_HARD_ERRORS,
                      "exit status 99 of a plain test is an error", "yes|no"),
	OPTIONS_VALUE("expect-failure", '\0', OPTION_EXPECT_FAILURE, "the test is expected to fail",
                      "yes|no"),
	POPT_TABLEEND,
};

static const struct poptOption flags_table[] = {
	OPTIONS_VALUE("from", '\0', OPTION_FROM,
                      "judge TAP as tap-driver.sh does, or the exit status alone, as test-driver "
                      "does (default: auto)",
                      "auto|tap|text"),
	OPTIONS_FLAG("comments", '\0', OPTION_COMMENTS, "show TAP's comments on the console"),
	OPTIONS_FLAG("no-comments", '\0', OPTION_NO_COMMENTS, "do not show them (the default)"),
	OPTIONS_FLAG("ignore-exit", '\0', OPTION_IGNORE_EXIT,
                     "the exit status of a TAP test does not matter"),
	OPTIONS_FLAG("merge", '\0', OPTION_MERGE, "read TAP from standard error, too"),
	OPTIONS_FLAG("no-merge", '\0', OPTION_NO_MERGE,
                     "read TAP from standard output only (the default)"),
	OPTIONS_VALUE("diagnostic-string", '\0', OPTION_DIAGNOSTIC_STRING,
                      "the beginning of a TAP comment (default: #)", "STRING"),
	POPT_TABLEEND,
};

static const struct poptOption other_table[] = {
	OPTIONS_FLAG("around", '\0', OPTION_AROUND,
                     "TEST is another test driver with its options; read its files"),
	OPTIONS_FLAG("serial", '\0', OPTION_SERIAL,
                     "pass output and exit status on, for the serial harness"),
	OPTIONS_VALUE("xfail-tests", '\0', OPTION_XFAIL_TESTS,
                      "with --serial, the tests that are expected to fail", "NAMES"),
	POPT_TABLEEND,
};

static const struct poptOption table[] = {
	OPTIONS_GROUP("What automake passes:", harness_table),
	OPTIONS_GROUP("For LOG_DRIVER_FLAGS:", flags_table),
	OPTIONS_GROUP("For subunit2 wrap --automake:", other_table),
	POPT_TABLEEND,
};

static const struct options_spec spec = {
	.usage = "--test-name=NAME --log-file=FILE --trs-file=FILE [OPTION...] [--] TEST "
		 "[ARGUMENT...]",
	.about = "Runs a test for automake: LOG_DRIVER = subunit2 automake-driver.",
	.table = table,
	.posix = true,
};

static int
automake_driver_parse_from(struct automake_test *test, struct options *options)
{
	static const char *const words[] = {
		[AUTOMAKE_TEST_AUTO] = "auto",
		[AUTOMAKE_TEST_TAP] = "tap",
		[AUTOMAKE_TEST_TEXT] = "text",
		NULL,
	};
	int index = 0, result = options_parse_choice(options, words, &index);
	test->mode = (enum automake_test_mode)index;
	return result;
}

static int
automake_driver_parse_value(struct automake_test *test, struct options *options, int option)
{
	switch (option) {
	case OPTION_TEST_NAME:
		return options_parse_text(options, &test->name);
	case OPTION_LOG_FILE:
		return options_parse_text(options, &test->log_file);
	case OPTION_TRS_FILE:
		return options_parse_text(options, &test->trs_file);
	case OPTION_DIAGNOSTIC_STRING:
		return options_parse_text(options, &test->diagnostic);
	case OPTION_XFAIL_TESTS:
		return options_parse_text(options, &test->xfail_tests);
	case OPTION_COLOR_TESTS:
		return options_parse_either(options, "no", "yes", &test->color);
	case OPTION_COLLECT_SKIPPED_LOGS:
		return options_parse_either(options, "no", "yes", &test->collect_skipped_logs);
	case OPTION_ENABLE_HARD_ERRORS:
		return options_parse_either(options, "no", "yes", &test->hard_errors);
	case OPTION_EXPECT_FAILURE:
		return options_parse_either(options, "no", "yes", &test->expect_failure);
	default:
		return automake_driver_parse_from(test, options);
	}
}

static int
automake_driver_parse_option(void *context, struct options *options, int option)
{
	struct automake_test *test = context;
	switch (option) {
	case OPTION_COMMENTS:
	case OPTION_NO_COMMENTS:
		test->comments = option == OPTION_COMMENTS;
		return 0;
	case OPTION_MERGE:
	case OPTION_NO_MERGE:
		test->merge = option == OPTION_MERGE;
		return 0;
	case OPTION_IGNORE_EXIT:
		test->ignore_exit = true;
		return 0;
	case OPTION_AROUND:
		test->mode = AUTOMAKE_TEST_AROUND;
		return 0;
	case OPTION_SERIAL:
		test->mode = AUTOMAKE_TEST_SERIAL;
		return 0;
	default:
		return automake_driver_parse_value(test, options, option);
	}
}

/* Returns the value of the option NAME among ARGV, up to "--", in place of OLD, which is freed;
 * or OLD if it is not there. */
static const char *
automake_driver_find(const char *const *argv, const char *name, const char *old)
{
	size_t len = strlen(name);
	for (; *argv && strcmp(*argv, "--") != 0; argv++) {
		const char *value = NULL;
		if (strcmp(*argv, name) == 0)
			value = argv[1];
		else if (strncmp(*argv, name, len) == 0 && (*argv)[len] == '=')
			value = *argv + len + 1;
		if (!value)
			continue;
		free((char *)old);
		return memory_copy(value);
	}
	return old;
}

/* Completes the options from those of the other driver, or from the name of the serial test. */
static void
automake_driver_complete(struct automake_test *test, const char *const *argv)
{
	if (test->mode == AUTOMAKE_TEST_AROUND) {
		test->name = automake_driver_find(argv, "--test-name", test->name);
		test->log_file = automake_driver_find(argv, "--log-file", test->log_file);
		test->trs_file = automake_driver_find(argv, "--trs-file", test->trs_file);
	}
	if (test->mode == AUTOMAKE_TEST_SERIAL && (!test->name || !*test->name) && *argv) {
		free((char *)test->name);
		test->name = memory_copy(strncmp(*argv, "./", 2) == 0 ? *argv + 2 : *argv);
	}
	if (!test->diagnostic)
		test->diagnostic = memory_copy("#");
}

static void
automake_driver_run(struct automake_test *test, struct options *options)
{
	const char **argv = options_arguments(options);
	automake_driver_complete(test, argv);
	test->argv = (char *const *)argv;
	if (!argv[0])
		options_refuse(options, "no test");
	else if (!test->name ||
	         (test->mode != AUTOMAKE_TEST_SERIAL && (!test->log_file || !test->trs_file)))
		options_refuse(options, "--test-name, --log-file and --trs-file are needed");
	else
		options->exit_status = automake_test_run(test);
}

int
cmd_automake_driver(int argc, const char **argv)
{
	struct options options;
	struct automake_test test = {.hard_errors = true, .collect_skipped_logs = true};
	options_begin(&options, argc, argv, &spec);
	if (options_read(&options, automake_driver_parse_option, &test))
		automake_driver_run(&test, &options);
	options_end(&options);
	free((char *)test.name);
	free((char *)test.log_file);
	free((char *)test.trs_file);
	free((char *)test.diagnostic);
	free((char *)test.xfail_tests);
	if (test.signo)
		signals_die(test.signo);
	return options.exit_status;
}
