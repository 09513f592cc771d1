/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The elements in a case of a JUnit file, such as <failure> and <system-out>: the status that
 * each gives to the case, and the file that its text becomes. TYPE and MESSAGE are its
 * attributes; NULL: it has none, or it is empty.
 */
#ifndef JUNIT_ELEMENT_H
#define JUNIT_ELEMENT_H

#include "junit_test.h"

struct junit_element {
	const char *name;
	enum subunit2_status status; /* NONE: it says nothing about the status */
	enum junit_file file;
};

/* Returns the element NAME; NULL if it becomes no file of a case. */
const struct junit_element *junit_element_find(const char *name);

/* Returns true if the element NAME belongs to JUnit and is read for nothing but its content. */
bool junit_element_is_container(const char *name);

/* Returns the status that *TYPE makes of STATUS, and sets *TYPE to NULL if it says no more than
 * that. */
enum subunit2_status junit_element_refine_status(enum subunit2_status status, const char **type);

/* Returns true if ELEMENT is <skipped> and says that the failure beside it is expected: Node's
 * todo, and Catch2's [!mayfail] and [!shouldfail]. */
bool junit_element_expects_failure(const struct junit_element *element, const char *type,
                                   const char *message);

/* Returns true if MESSAGE says that CTest skipped a case because a property of the test asks for
 * it. CTest counts other cases that were not run as failed: a program or a file is missing, or a
 * fixture failed. */
bool junit_element_ctest_skips(const char *message);

/* Returns a text for an element that has none, to be freed: "TYPE: MESSAGE", or the one of them
 * that is not NULL. NULL if both are NULL. */
char *junit_element_text(const char *type, const char *message);

#endif
