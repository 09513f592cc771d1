/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "subtest_answers.h"

#include "memory.h"

#include <stdlib.h>

void
answers_begin(struct answers *answers, const struct strings *wanted)
{
	*answers = (struct answers){0};
	if (wanted->count)
		strings_add_all(&answers->wanted, wanted->items);
	strings_sort(&answers->wanted);
	strings_drop_repeated(&answers->wanted);
	answers->given = memory_zeroed(wanted->count, sizeof(*answers->given));
}

void
answers_clear(struct answers *answers)
{
	strings_clear(&answers->wanted);
	free(answers->given);
	answers->given = NULL;
}

void
answers_note(struct answers *answers, const struct subunit2_event *event)
{
	if (!answers->wanted.count || !subunit2_status_is_final(event->status) ||
	    !subunit2_view_present(event->test_id))
		return;
	long index = strings_find(&answers->wanted, event->test_id.data, event->test_id.len);
	if (index >= 0)
		answers->given[index] = true;
}

int
answers_complete(const struct answers *answers, struct subunit2_sink *sink,
                 struct subunit2_error *error)
{
	int result = SUBUNIT2_OK;
	for (size_t i = 0; i < answers->wanted.count && result == SUBUNIT2_OK; i++) {
		if (answers->given[i])
			continue;
		struct subunit2_event event = {
			.test_id = subunit2_view_of(answers->wanted.items[i]),
			.status = SUBUNIT2_SKIP,
			.file_name = SUBUNIT2_LITERAL("reason"),
			.file_bytes = SUBUNIT2_LITERAL("its script no longer reports this test"),
			.mime_type = SUBUNIT2_TEXT_TYPE,
			.eof = true,
		};
		result = subunit2_sink_event(sink, &event, error);
	}
	return result;
}
