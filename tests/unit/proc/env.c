/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Environments: a variable is set, replaced and removed by its whole name. */
#include "env.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

static bool
has(const struct string_list *environment, const char *name, const char *value)
{
	const char *found = env_get(environment, name);
	return found && strcmp(found, value) == 0;
}

int
main(void)
{
	struct string_list own = {0};
	CHECK(!env_get(&own, "A"));
	env_unset(&own, "A");
	CHECK(own.count == 0);
	setenv("SUBUNIT2_CHECKED", "by=this", 1);
	env_begin(&own);
	CHECK_NAMED("it starts as that of the program", has(&own, "SUBUNIT2_CHECKED", "by=this"));
	size_t before = own.count;
	env_set(&own, "SUBUNIT2_CHECK=other");
	CHECK_NAMED("a name that begins another is another",
	            own.count == before + 1 && has(&own, "SUBUNIT2_CHECKED", "by=this") &&
	                    has(&own, "SUBUNIT2_CHECK", "other"));
	env_set(&own, "SUBUNIT2_CHECKED=");
	CHECK(own.count == before + 1 && has(&own, "SUBUNIT2_CHECKED", ""));
	env_format(&own, "SUBUNIT2_CHECK", "%d-%s", 7, "x=y");
	CHECK(own.count == before + 1 && has(&own, "SUBUNIT2_CHECK", "7-x=y"));
	env_format(&own, "SUBUNIT2_CHECKED", "%s", "");
	CHECK(own.count == before + 1 && has(&own, "SUBUNIT2_CHECKED", ""));
	env_unset(&own, "SUBUNIT2_CHEC");
	CHECK(own.count == before + 1 && has(&own, "SUBUNIT2_CHECK", "7-x=y"));
	env_unset(&own, "SUBUNIT2_CHECKED");
	CHECK(own.count == before && !env_get(&own, "SUBUNIT2_CHECKED") &&
	      has(&own, "SUBUNIT2_CHECK", "7-x=y"));
	CHECK_NAMED("it ends with NULL, as exec needs it", own.items[own.count] == NULL);
	string_list_clear(&own);
	env_set(&own, "A=1");
	env_set(&own, "A=2");
	CHECK_NAMED("the first variable can be changed", own.count == 1 && has(&own, "A", "2"));
	string_list_clear(&own);
	return check_done();
}
