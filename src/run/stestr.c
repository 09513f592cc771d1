/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "stestr.h"

#include "memory.h"

#include <string.h>

static bool
is_asked_for(int argc, const char *const *argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--stestr") == 0)
			return true;
	return false;
}

void
stestr_translate(struct strings *words, int argc, const char *const *argv)
{
	bool asked = is_asked_for(argc, argv), discovering = false;
	for (int i = 0; i < argc; i++) {
		bool more = i + 1 < argc;
		if (asked && strcmp(argv[i], "-m") == 0 && more) {
			i++; /* the module that we stand for */
		} else if (asked && !discovering && strcmp(argv[i], "discover") == 0) {
			discovering = true;
		} else if (discovering && strcmp(argv[i], "-t") == 0 && more) {
			strings_take(words, memory_format("--root=%s", argv[++i]));
		} else {
			strings_add(words, argv[i]);
		}
		if (asked && i == 0)
			strings_add(words, "--exit=stream");
	}
}
