/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Reads the attributes of <testcase>: the id of the case, and its status if no element in it gives
 * another. ATTRIBUTES are names and values, one after another, up to NULL.
 */
#ifndef JUNIT_TESTCASE_H
#define JUNIT_TESTCASE_H

#include "junit_suites.h"

/* Returns the id of a case within SUITES, to be freed: CLASSNAME.NAME, or SCRIPT::NAME; if
 * COLONS, CLASSNAME::NAME. Sets *RUNNABLE to false for a case of a script. */
char *junit_testcase_id(const char **attributes, const struct junit_suites *suites, bool colons,
                        bool *runnable);

/* Returns SUBUNIT2_STATUS_FAIL, _SKIP, or _SUCCESS if no attribute says otherwise. */
enum subunit2_status junit_testcase_status(const char **attributes);

/* Returns true for a case that was not run, in the form of CTest: its class is its name. */
bool junit_testcase_is_ctest_not_run(const char **attributes);

#endif
