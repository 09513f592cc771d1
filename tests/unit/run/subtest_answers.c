/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Subtests that were requested: which are answered, and which are skipped. */
#include "subtest_answers.h"
#include "check.h"
#include "record.h"
#include "stream_lines.h"

#include <string.h>

static struct subtest_answers answers;

static void
add(const char *id, enum subunit2_status status)
{
	const struct subunit2_event event = {.test_id = subunit2_view_of(id), .status = status};
	subtest_answers_add(&answers, &event);
}

int
main(void)
{
	struct string_list wanted = {0};
	struct record record;
	static const char *const ids[] = {"a::4", "a::2", "a::3", "a::1", "a::0", "a::2"};
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		string_list_add(&wanted, ids[i]);
	record_open(&record);
	subtest_answers_begin(&answers, &wanted);
	add("a::1", SUBUNIT2_STATUS_SUCCESS);
	add("a::2", SUBUNIT2_STATUS_INPROGRESS);
	add("a::3", SUBUNIT2_STATUS_NONE);
	add("a::5", SUBUNIT2_STATUS_SUCCESS);
	add("a::", SUBUNIT2_STATUS_SUCCESS);
	CHECK(subtest_answers_complete(&answers, &record.sink, NULL) == SUBUNIT2_E_OK);
	CHECK_NAMED("a subtest without a final status is skipped once",
	            record_is(&record, "a::0 skip - - - -\na::2 skip - - - -\n"
	                               "a::3 skip - - - -\na::4 skip - - - -\n"));
	struct stream_lines lines;
	stream_lines_open(&lines);
	CHECK(subtest_answers_complete(&answers, &lines.sink, NULL) == SUBUNIT2_E_OK &&
	      stream_lines_have(&lines,
	                        "a::0!? skip reason=its script no longer reports this test."));
	stream_lines_close(&lines);
	record.event_result = SUBUNIT2_E_STOP;
	CHECK(subtest_answers_complete(&answers, &record.sink, NULL) == SUBUNIT2_E_STOP);
	subtest_answers_clear(&answers);
	record_close(&record);
	record_open(&record);
	subtest_answers_begin(&answers, &wanted);
	add("a::0", SUBUNIT2_STATUS_FAIL);
	add("a::4", SUBUNIT2_STATUS_SKIP);
	CHECK(subtest_answers_complete(&answers, &record.sink, NULL) == SUBUNIT2_E_OK &&
	      record_is(&record, "a::1 skip - - - -\na::2 skip - - - -\na::3 skip - - - -\n"));
	subtest_answers_clear(&answers);
	subtest_answers_begin(&answers, &(struct string_list){0});
	add("a::1", SUBUNIT2_STATUS_SUCCESS);
	CHECK(subtest_answers_complete(&answers, &record.sink, NULL) == SUBUNIT2_E_OK &&
	      record_is(&record, ""));
	subtest_answers_clear(&answers);
	record_close(&record);
	string_list_clear(&wanted);
	return check_done();
}
