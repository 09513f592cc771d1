/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "subtest_answers.h"

#include "memory.h"
#include "outcome.h"

#include <stdlib.h>

void
subtest_answers_begin(struct subtest_answers *answers, const struct string_list *wanted)
{
	*answers = (struct subtest_answers){0};
	if (wanted->count)
		string_list_add_all(&answers->wanted, wanted->items);
	string_list_sort(&answers->wanted);
	string_list_drop_repeated(&answers->wanted);
	answers->answered = memory_zeroed(wanted->count, sizeof(*answers->answered));
}

void
subtest_answers_clear(struct subtest_answers *answers)
{
	string_list_clear(&answers->wanted);
	free(answers->answered);
	answers->answered = NULL;
}

void
subtest_answers_add(struct subtest_answers *answers, const struct subunit2_event *event)
{
	if (!answers->wanted.count || !subunit2_status_is_final(event->status) ||
	    !subunit2_view_present(event->test_id))
		return;
	long index = string_list_find(&answers->wanted, event->test_id.data, event->test_id.len);
	if (index >= 0)
		answers->answered[index] = true;
}

enum subunit2_result
subtest_answers_complete(const struct subtest_answers *answers, struct subunit2_sink *sink,
                         struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	for (size_t i = 0; i < answers->wanted.count && result == SUBUNIT2_E_OK; i++) {
		if (answers->answered[i])
			continue;
		struct subunit2_event event = {
			.test_id = subunit2_view_of(answers->wanted.items[i]),
			.status = SUBUNIT2_STATUS_SKIP,
		};
		outcome_attach_reason(&event, "its script no longer reports this test");
		result = subunit2_sink_event(sink, &event, error);
	}
	return result;
}
