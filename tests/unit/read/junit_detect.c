/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Detection of JUnit, at the edges of what it looks at; run it under a sanitizer. */
#include "check.h"
#include "input.h"

#include <string.h>

/* Returns whether BYTES, a whole file, are taken for JUnit. The copy has no byte to spare. */
static bool
is_junit(const char *bytes, size_t len)
{
	char *copy = malloc(len);
	if (!copy)
		exit(1);
	memcpy(copy, bytes, len);
	const struct detect_head head = {.bytes = {copy, len}, .begins = true, .ends = true};
	bool found = recognise_junit(&head).at != DETECT_NONE;
	free(copy);
	return found;
}

int
main(void)
{
	static const char cut[] = "<\0\7", nul[] = "<testsuite\0", utf_16[] = "\xff\xfe<\0/\0";
	CHECK(is_junit("<testsuite/>", 12));
	CHECK(!is_junit(cut, 3));
	CHECK(is_junit(nul, 11));
	CHECK(!is_junit(utf_16, 6));
	CHECK(!is_junit("<", 1));
	return check_done();
}
