/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "junit_testcase.h"

#include "memory.h"
#include "xml_parser.h"

#include <string.h>
#include <strings.h>

/* Returns true if WORD, which may be NULL, is one of WORDS, which end with NULL, in any case. */
static bool
junit_testcase_is_one_of(const char *word, const char *const *words)
{
	for (; word && *words; words++)
		if (strcasecmp(word, *words) == 0)
			return true;
	return false;
}

/* Returns whether a case has one of the statuses that GoogleTest writes for every case. */
static bool
junit_testcase_is_googletest(const char **attributes)
{
	static const char *const statuses[] = {"run", "notrun", NULL};
	return junit_testcase_is_one_of(xml_parser_attribute(attributes, "status"), statuses);
}

/* Returns true if CLASS, the innermost suite's name, is a path: that of a script. */
static bool
junit_testcase_is_script(const char *class, const char *suite, const char **attributes)
{
	return strcmp(class, suite) == 0 && strpbrk(class, "/ ") &&
	       !junit_testcase_is_googletest(attributes);
}

char *
junit_testcase_id(const char **attributes, const struct junit_suites *suites, bool colons,
                  bool *runnable)
{
	const char *class = xml_parser_attribute_unless_empty(attributes, "classname");
	const char *name = xml_parser_attribute(attributes, "name");
	name = name ? name : "";
	*runnable = true;
	if (colons && class)
		return memory_join(class, "::", name);
	if (*name == '\0' && (class || suites->path_len))
		return class ? memory_copy(class) : junit_suites_full_name(suites, "");
	if (*name == '\0')
		return memory_copy("testcase");
	if (!class || strcmp(class, name) == 0)
		return memory_copy(name);
	/* The class of every case in what Node writes. */
	if (strcmp(class, "test") == 0)
		return junit_suites_full_name(suites, name);
	*runnable =
		!junit_testcase_is_script(class, junit_suites_innermost_name(suites), attributes);
	return memory_join(class, *runnable ? "." : "::", name);
}

enum subunit2_status
junit_testcase_status(const char **attributes)
{
	static const char *const not_run[] = {"notrun",  "disabled", "suppressed",
	                                      "skipped", "ignored",  NULL};
	static const char *const failed[] = {"failed",  "fail",        "failure", "error",
	                                     "errored", "broken",      "crashed", "timeout",
	                                     "aborted", "interrupted", NULL};
	const char *status = xml_parser_attribute(attributes, "status");
	const char *result = xml_parser_attribute(attributes, "result");
	if (junit_testcase_is_one_of(status, failed) || junit_testcase_is_one_of(result, failed))
		return SUBUNIT2_STATUS_FAIL;
	if (junit_testcase_is_one_of(status, not_run) || junit_testcase_is_one_of(result, not_run))
		return SUBUNIT2_STATUS_SKIP;
	return SUBUNIT2_STATUS_SUCCESS;
}

bool
junit_testcase_is_ctest_not_run(const char **attributes)
{
	static const char *const statuses[] = {"notrun", NULL};
	const char *class = xml_parser_attribute(attributes, "classname");
	const char *name = xml_parser_attribute(attributes, "name");
	return junit_testcase_is_one_of(xml_parser_attribute(attributes, "status"), statuses) &&
	       class && name && strcmp(class, name) == 0;
}
