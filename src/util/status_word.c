/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "status_word.h"

static const struct {
	const char *word;
	enum subunit2_status status;
} words[] = {
	{"start", SUBUNIT2_STATUS_INPROGRESS}, {"pass", SUBUNIT2_STATUS_SUCCESS},
	{"passed", SUBUNIT2_STATUS_SUCCESS},   {"ok", SUBUNIT2_STATUS_SUCCESS},
	{"failed", SUBUNIT2_STATUS_FAIL},      {"skipped", SUBUNIT2_STATUS_SKIP},
	{"todo", SUBUNIT2_STATUS_XFAIL},
};

bool
status_word_parse(struct subunit2_view word, enum subunit2_status *status)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (subunit2_view_equal(word, subunit2_view_of(words[i].word))) {
			*status = words[i].status;
			return true;
		}
	}
	return subunit2_status_parse(word, status);
}
