/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "status_word.h"

#include <string.h>
#include <strings.h>

static const struct {
	const char *word;
	enum subunit2_status status;
} words[] = {
	{"start", SUBUNIT2_STATUS_INPROGRESS},
	{"pass", SUBUNIT2_STATUS_SUCCESS},
	{"passed", SUBUNIT2_STATUS_SUCCESS},
	{"ok", SUBUNIT2_STATUS_SUCCESS},
	{"failed", SUBUNIT2_STATUS_FAIL},
	{"skipped", SUBUNIT2_STATUS_SKIP},
	{"todo", SUBUNIT2_STATUS_XFAIL},
	{"unexpected", SUBUNIT2_STATUS_UXSUCCESS},
	{"unfinished", SUBUNIT2_STATUS_INPROGRESS},
	{"listed", SUBUNIT2_STATUS_EXISTS},
};

/* Returns whether WORD is NAME, in lower or, as reports write failures, in upper case. */
static bool
status_word_is(struct subunit2_view word, const char *name)
{
	return word.len == strlen(name) && strncasecmp(word.data, name, word.len) == 0;
}

bool
status_word_parse(struct subunit2_view word, enum subunit2_status *status)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (status_word_is(word, words[i].word)) {
			*status = words[i].status;
			return true;
		}
	}
	if (status_word_is(word, "fail"))
		word = SUBUNIT2_LITERAL("fail");
	return subunit2_status_parse(word, status);
}

bool
status_word_parse_list(const char *list, unsigned *statuses)
{
	for (; *list; list += *list == ',') {
		enum subunit2_status status;
		struct subunit2_view word = {list, strcspn(list, ",")};
		if (!status_word_parse(word, &status))
			return false;
		*statuses |= 1u << status;
		list += word.len;
	}
	return *statuses != 0;
}
