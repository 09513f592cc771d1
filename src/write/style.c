/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "style.h"

void
style_begin(struct output_file *to, enum style style)
{
	static const char *const codes[] = {
		[STYLE_GOOD] = "\033[32m",
		[STYLE_BAD] = "\033[1;31m",
		[STYLE_NOTABLE] = "\033[33m",
		[STYLE_QUIET] = "\033[2m",
	};
	if (to->color)
		fputs(codes[style], to->file);
}

void
style_end(struct output_file *to)
{
	if (to->color)
		fputs("\033[0m", to->file);
}

static const struct {
	const char *word;
	enum style style;
} looks[] = {
	[SUBUNIT2_STATUS_NONE] = {"note", STYLE_QUIET},
	[SUBUNIT2_STATUS_EXISTS] = {"listed", STYLE_QUIET},
	[SUBUNIT2_STATUS_INPROGRESS] = {"UNFINISHED", STYLE_BAD},
	[SUBUNIT2_STATUS_SUCCESS] = {"pass", STYLE_GOOD},
	[SUBUNIT2_STATUS_UXSUCCESS] = {"UNEXPECTED", STYLE_BAD},
	[SUBUNIT2_STATUS_SKIP] = {"skip", STYLE_NOTABLE},
	[SUBUNIT2_STATUS_FAIL] = {"FAIL", STYLE_BAD},
	[SUBUNIT2_STATUS_XFAIL] = {"todo", STYLE_NOTABLE},
};

const char *
style_status_word(enum subunit2_status status)
{
	return looks[status].word;
}

enum style
style_of_status(enum subunit2_status status)
{
	return looks[status].style;
}
