/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "junit_element.h"

#include "memory.h"

#include <string.h>
#include <strings.h>

static const struct junit_element elements[] = {
	{"failure", SUBUNIT2_STATUS_FAIL, JUNIT_TRACEBACK},
	{"error", SUBUNIT2_STATUS_FAIL, JUNIT_TRACEBACK},
	{"skipped", SUBUNIT2_STATUS_SKIP, JUNIT_REASON},
	{"rerunFailure", SUBUNIT2_STATUS_NONE, JUNIT_RERUN_FAILURE},
	{"rerunError", SUBUNIT2_STATUS_NONE, JUNIT_RERUN_ERROR},
	{"flakyFailure", SUBUNIT2_STATUS_NONE, JUNIT_FLAKY_FAILURE},
	{"flakyError", SUBUNIT2_STATUS_NONE, JUNIT_FLAKY_ERROR},
	{"system-out", SUBUNIT2_STATUS_NONE, JUNIT_STDOUT},
	{"system-err", SUBUNIT2_STATUS_NONE, JUNIT_STDERR},
};

/* The types that this program and pytest write. Other types are names of exceptions. */
static const struct {
	const char *type;
	enum subunit2_status refines, into;
} types[] = {
	{"uxsuccess", SUBUNIT2_STATUS_FAIL, SUBUNIT2_STATUS_UXSUCCESS},
	{"xfail", SUBUNIT2_STATUS_SKIP, SUBUNIT2_STATUS_XFAIL},
	/* Our own mark of a script that failed because of its assertions. */
	{"assertions", SUBUNIT2_STATUS_SKIP, SUBUNIT2_STATUS_FAIL},
	{"pytest.xfail", SUBUNIT2_STATUS_SKIP, SUBUNIT2_STATUS_XFAIL},
	{"fail", SUBUNIT2_STATUS_FAIL, SUBUNIT2_STATUS_FAIL},
	{"unfinished", SUBUNIT2_STATUS_FAIL, SUBUNIT2_STATUS_FAIL},
	{"damage", SUBUNIT2_STATUS_FAIL, SUBUNIT2_STATUS_FAIL},
};

const struct junit_element *
junit_element_find(const char *name)
{
	for (size_t i = 0; i < sizeof(elements) / sizeof(*elements); i++)
		if ((*name | 0x20) == *elements[i].name && strcasecmp(name, elements[i].name) == 0)
			return &elements[i];
	return NULL;
}

bool
junit_element_is_container(const char *name)
{
	return strcmp(name, "testsuites") == 0 || strcmp(name, "properties") == 0 ||
	       strcmp(name, "property") == 0;
}

enum subunit2_status
junit_element_refine_status(enum subunit2_status status, const char **type)
{
	for (size_t i = 0; *type && i < sizeof(types) / sizeof(*types); i++) {
		if (status != types[i].refines || strcmp(*type, types[i].type) != 0)
			continue;
		*type = NULL;
		return types[i].into;
	}
	return status;
}

bool
junit_element_expects_failure(const struct junit_element *element, const char *type,
                              const char *message)
{
	static const char catch2[] = "TEST_CASE tagged with !";
	return element->status == SUBUNIT2_STATUS_SKIP &&
	       ((type && strcmp(type, "todo") == 0) ||
	        (message && strncmp(message, catch2, strlen(catch2)) == 0));
}

bool
junit_element_ctest_skips(const char *message)
{
	return !message || strncmp(message, "SKIP_", strlen("SKIP_")) == 0 ||
	       strcmp(message, "Disabled") == 0;
}

char *
junit_element_text(const char *type, const char *message)
{
	if (type && message)
		return memory_format("%s: %s", type, message);
	return type || message ? memory_copy(type ? type : message) : NULL;
}
