/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "makefile.h"

#include "memory.h"
#include "scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Returns whether WORD is one of the words of LIST. */
static bool
makefile_has_word(struct subunit2_view list, struct subunit2_view word)
{
	while (list.len) {
		scan_take_blanks(&list);
		struct subunit2_view next = scan_take_word(&list);
		const char *tab = next.len ? memchr(next.data, '\t', next.len) : NULL;
		if (tab)
			next.len = (size_t)(tab - next.data);
		if (subunit2_view_equal(next, word))
			return true;
	}
	return false;
}

struct makefile
makefile_read(const char *directory, struct subunit2_view subdir)
{
	char *path = memory_format("%s/Makefile", directory), *line = NULL;
	struct makefile makefile = {0};
	struct stat status;
	FILE *file = stat(path, &status) == 0 && S_ISREG(status.st_mode) ? fopen(path, "re") : NULL;
	size_t size = 0;
	ssize_t len;
	bool in_list = false;
	free(path);
	makefile.exists = file != NULL;
	while (file && (len = getline(&line, &size, file)) > 0) {
		struct subunit2_view text =
			scan_trim_end((struct subunit2_view){line, (size_t)len - 1});
		makefile.has_tests |= subunit2_view_starts(text, SUBUNIT2_LITERAL("check-TESTS:"));
		if (!in_list && scan_take(&text, "SUBDIRS")) {
			scan_take_blanks(&text);
			scan_take(&text, "+");
			in_list = scan_take(&text, "=");
		}
		bool goes_on = text.len && text.data[text.len - 1] == '\\';
		text.len -= goes_on;
		makefile.has_subdir |= in_list && makefile_has_word(text, subdir);
		in_list &= goes_on;
	}
	free(line);
	if (file)
		fclose(file);
	return makefile;
}
