/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "stestr.h"

#include "memory.h"

#include <string.h>

static bool
stestr_is_requested(int argc, const char *const *argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--stestr") == 0)
			return true;
	return false;
}

void
stestr_translate(struct string_list *words, int argc, const char *const *argv)
{
	bool asked = stestr_is_requested(argc, argv), discovering = false;
	for (int i = 0; i < argc; i++) {
		bool more = i + 1 < argc;
		if (asked && strcmp(argv[i], "-m") == 0 && more) {
			i++; /* the module that we stand for */
		} else if (asked && !discovering && strcmp(argv[i], "discover") == 0) {
			discovering = true;
		} else if (discovering && strcmp(argv[i], "-t") == 0 && more) {
			string_list_add_owned(words, memory_format("--root=%s", argv[++i]));
		} else {
			string_list_add(words, argv[i]);
		}
		if (asked && i == 0)
			string_list_add(words, "--exit=stream");
	}
}
