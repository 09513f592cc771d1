/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "subunit1_detect.h"

#include "input.h"
#include "subunit1_time.h"

#include <string.h>

bool
subunit1_is_group_error(struct subunit1_line line)
{
	return line.keyword == SUBUNIT1_ERROR &&
	       (subunit2_view_ends(line.rest, SUBUNIT2_LITERAL(" [ [  FAILED  ] GROUP SETUP ]")) ||
	        subunit2_view_ends(line.rest,
	                           SUBUNIT2_LITERAL(" [ [  FAILED  ] GROUP TEARDOWN ]")));
}

bool
subunit1_is_certain(struct subunit1_line line)
{
	struct subunit2_time time;
	return (line.keyword == SUBUNIT1_TIME && subunit1_time_read_strictly(line.rest, &time)) ||
	       (line.keyword == SUBUNIT1_PROGRESS &&
	        subunit1_is_progress(subunit1_without_blanks(line.rest)));
}

/* Returns true if LINE is the outcome of the test LABEL. */
static bool
subunit1_detect_is_outcome_of(struct subunit1_line line, struct subunit2_view label)
{
	return line.keyword >= SUBUNIT1_SUCCESS && line.keyword <= SUBUNIT1_UXSUCCESS &&
	       line.rest.len >= label.len && memcmp(line.rest.data, label.data, label.len) == 0;
}

/* A test shows the format where it begins, once its outcome is there as well. */
struct detect_result
recognise_subunit1(const struct detect_head *head)
{
	struct detect_result sign = detect_at(DETECT_NONE);
	struct subunit2_view started = SUBUNIT2_ABSENT, rest = head->lines;
	while (rest.len > 0) {
		size_t at = (size_t)(rest.data - head->lines.data);
		struct subunit2_view whole = detect_take_line(&rest);
		struct subunit1_line line = subunit1_line_read(whole);
		if (subunit1_is_certain(line))
			return detect_at(at);
		if (started.data && subunit1_detect_is_outcome_of(line, started))
			return detect_at(sign.promise);
		if (line.keyword != SUBUNIT1_TEST)
			continue;
		if (at == 0 && head->begins &&
		    memchr(whole.data, ':', (size_t)(line.rest.data - whole.data)))
			return detect_at(at);
		started = line.rest;
		sign.promise = at;
	}
	return sign;
}
