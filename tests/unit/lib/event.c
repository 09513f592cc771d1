/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Status names and time; errors. */
#include <subunit2/error.h>
#include <subunit2/event.h>
#include <subunit2/version.h>

#include "check.h"

#include <errno.h>

#define VIEW SUBUNIT2_LITERAL

static void
check_statuses(void)
{
	const char *const names[] = {"",          "exists", "inprogress", "success",
	                             "uxsuccess", "skip",   "fail",       "xfail"};
	bool named = true, parsed = true;
	for (int i = SUBUNIT2_STATUS_NONE; i <= SUBUNIT2_STATUS_XFAIL; i++) {
		enum subunit2_status status = SUBUNIT2_STATUS_NONE;
		named = named && strcmp(subunit2_status_name(i), names[i]) == 0;
		bool known = subunit2_status_parse(subunit2_view_of(names[i]), &status);
		parsed = parsed && known == (i > 0) && (int)status == i;
	}
	CHECK_NAMED("every status has its name", named);
	CHECK_NAMED("and is found by it", parsed);
	CHECK_NAMED("others have none", subunit2_status_name((enum subunit2_status)(
						SUBUNIT2_STATUS_XFAIL + 1))[0] == '\0');

	enum subunit2_status untouched = SUBUNIT2_STATUS_SKIP;
	CHECK(!subunit2_status_parse(VIEW("Success"), &untouched));
	CHECK(!subunit2_status_parse(VIEW("succes"), &untouched));
	CHECK(!subunit2_status_parse(VIEW("success "), &untouched));
	CHECK(!subunit2_status_parse(SUBUNIT2_ABSENT, &untouched) &&
	      untouched == SUBUNIT2_STATUS_SKIP);

	CHECK(!subunit2_status_is_final(SUBUNIT2_STATUS_NONE));
	CHECK(!subunit2_status_is_final(SUBUNIT2_STATUS_EXISTS));
	CHECK(!subunit2_status_is_final(SUBUNIT2_STATUS_INPROGRESS));
	CHECK(subunit2_status_is_final(SUBUNIT2_STATUS_SUCCESS) &&
	      subunit2_status_is_final(SUBUNIT2_STATUS_XFAIL));
	CHECK(subunit2_status_is_bad(SUBUNIT2_STATUS_FAIL) &&
	      subunit2_status_is_bad(SUBUNIT2_STATUS_UXSUCCESS));
	CHECK(!subunit2_status_is_bad(SUBUNIT2_STATUS_XFAIL) &&
	      !subunit2_status_is_bad(SUBUNIT2_STATUS_SKIP));
}

static void
check_time(void)
{
	CHECK(!subunit2_time_is_dated((struct subunit2_time){31535999, 999999999}));
	CHECK(subunit2_time_is_dated((struct subunit2_time){31536000, 0}));
	const struct subunit2_time early = {100, 999999999}, late = {101, 0};
	CHECK(subunit2_time_compare(early, late) < 0 && subunit2_time_compare(late, early) > 0);
	CHECK(subunit2_time_compare(late, late) == 0);
	CHECK(subunit2_time_compare((struct subunit2_time){5, 1}, (struct subunit2_time){5, 2}) <
	      0);
	CHECK(subunit2_time_since(late, early) == 1 && subunit2_time_since(early, late) == -1);

	const struct subunit2_time first = {INT64_MIN, 0}, last = {INT64_MAX, 999999999};
	CHECK(subunit2_time_since(last, first) == INT64_MAX);
	CHECK(subunit2_time_since(first, last) == INT64_MIN);
	CHECK(subunit2_time_since((struct subunit2_time){INT64_MAX / 1000000000 + 1, 0},
	                          (struct subunit2_time){0, 0}) == INT64_MAX);

	const struct subunit2_time most = {INT64_MAX / 1000000000, 854775807};
	CHECK(subunit2_time_since(most, (struct subunit2_time){0, 0}) == INT64_MAX);
	CHECK(subunit2_time_since(most, (struct subunit2_time){0, 1}) == INT64_MAX - 1);
	CHECK(subunit2_time_since((struct subunit2_time){most.sec, 854775808},
	                          (struct subunit2_time){0, 0}) == INT64_MAX);
	CHECK(subunit2_time_since((struct subunit2_time){-most.sec - 1, 0},
	                          (struct subunit2_time){0, 999999999}) == INT64_MIN);

	const int64_t steps[] = {0, 1, -1, 999999999, -999999999, 86400000000001, -86400000000001};
	bool back = true;
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		struct subunit2_time moved = subunit2_time_add(early, steps[i]);
		back = back && moved.nsec < 1000000000 &&
		       subunit2_time_since(moved, early) == steps[i];
	}
	CHECK_NAMED("a time that is moved is that far away", back);
}

static void
check_errors(void)
{
	struct subunit2_error error = {.errnum = 7, .offset = 7};
	CHECK(subunit2_error_set(&error, SUBUNIT2_E_INVALID, "tag", "too long") ==
	      SUBUNIT2_E_INVALID);
	CHECK(error.code == SUBUNIT2_E_INVALID && error.errnum == 0 && error.offset == 0);
	CHECK(strcmp(error.subject, "tag") == 0 && strcmp(error.message, "too long") == 0);
	CHECK(subunit2_error_system(&error, "x", ENOSPC) == SUBUNIT2_E_SYSTEM);
	CHECK(error.errnum == ENOSPC && strcmp(error.message, strerror(ENOSPC)) == 0);
	CHECK(subunit2_error_set(NULL, SUBUNIT2_E_NO_MEMORY, NULL, "") == SUBUNIT2_E_NO_MEMORY);
	CHECK(subunit2_error_system(NULL, NULL, EIO) == SUBUNIT2_E_SYSTEM);
}

/* The range of one view within another. */
static void
check_views(void)
{
	CHECK(!subunit2_view_present(subunit2_view_of(NULL)));
	CHECK(subunit2_view_starts(VIEW("abc"), VIEW("")));
	CHECK(subunit2_view_starts(VIEW("abc"), VIEW("abc")));
	CHECK(!subunit2_view_starts(VIEW("abc"), VIEW("abcd")));
	CHECK(!subunit2_view_starts(VIEW("abc"), VIEW("b")));
	CHECK(subunit2_view_starts(SUBUNIT2_ABSENT, SUBUNIT2_ABSENT));
	CHECK(subunit2_view_ends(VIEW("abc"), VIEW("bc")) &&
	      subunit2_view_ends(VIEW("abc"), VIEW("")));
	CHECK(!subunit2_view_ends(VIEW("abc"), VIEW("b")) &&
	      !subunit2_view_ends(VIEW("c"), VIEW("bc")));
}

int
main(void)
{
	check_statuses();
	check_time();
	check_errors();
	CHECK(subunit2_version() == SUBUNIT2_VERSION_NUMBER);
	check_views();
	CHECK(subunit2_view_compare(SUBUNIT2_LITERAL("a"), SUBUNIT2_LITERAL("a")) == 0);
	CHECK(subunit2_view_compare(SUBUNIT2_LITERAL("a"), SUBUNIT2_LITERAL("ab")) < 0);
	CHECK(subunit2_view_compare(SUBUNIT2_LITERAL("b"), SUBUNIT2_LITERAL("ab")) > 0);
	CHECK(subunit2_view_compare(SUBUNIT2_LITERAL("\xff"), SUBUNIT2_LITERAL("a")) > 0);
	CHECK(subunit2_view_compare(SUBUNIT2_ABSENT, SUBUNIT2_LITERAL("")) == 0);
	return check_done();
}
