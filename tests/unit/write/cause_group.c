/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Causes that differ only in paths, numbers, addresses and times are the same; others are not. */
#include "cause_group.h"

#include "check.h"

#include <string.h>

static bool
is_same(const char *a, const char *b)
{
	struct buffer x = {0}, y = {0};
	cause_group_add_key(&x, subunit2_view_of(a));
	cause_group_add_key(&y, subunit2_view_of(b));
	bool same = subunit2_view_equal(buffer_view(&x), buffer_view(&y));
	buffer_clear(&x);
	buffer_clear(&y);
	return same;
}

static void
check_keys(void)
{
	static const char *const same[][2] = {
		{"connect 10.0.0.1:80: refused", "connect 10.0.12.7:8080: refused"},
		{"cannot open /tmp/a/b.txt", "cannot open /var/x"},
		{"took 1.20s", "took 350ms"},
		{"at 12:30:05 it died", "at 2026-11-28 it died"},
		{"bad pointer 0x7ffd12", "bad pointer 0xdeadbeef"},
		{"commit 0123abcd9 is gone", "commit 77e8ef1234 is gone"},
		{"line 7: assertion x == 3 failed", "line 12: assertion x == 4 failed"},
	};
	static const char *const other[][2] = {
		{"connection refused", "connection reset"},
		{"cannot open /tmp/a", "cannot read /tmp/a"},
		{"assertion a failed", "assertion b failed"},
		{"defaced", "decades"},
	};
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
		CHECK_NAMED(same[i][0], is_same(same[i][0], same[i][1]));
	for (size_t i = 0; i < sizeof(other) / sizeof(*other); i++)
		CHECK_NAMED(other[i][0], !is_same(other[i][0], other[i][1]));
}

static void
check_groups(void)
{
	const struct subunit2_test t = {.id = SUBUNIT2_LITERAL("t")},
				   u = {.id = SUBUNIT2_LITERAL("u"),
	                                .route_code = SUBUNIT2_LITERAL("mac/0")};
	struct cause_groups *groups = cause_groups_new(2);
	for (int i = 0; i < 5; i++) {
		char cause[] = "refused by port 0";
		cause[sizeof(cause) - 2] = (char)('0' + i);
		cause_groups_add(groups, &t, subunit2_view_of(cause));
	}
	cause_groups_add(groups, &u, SUBUNIT2_LITERAL("other"));
	const struct cause_group *first = cause_groups_get(groups, 0);
	CHECK(cause_groups_count(groups) == 2);
	CHECK(first->count == 5 && first->name_count == 2);
	CHECK(strcmp(first->cause, "refused by port 0") == 0);
	cause_groups_free(groups);
}

int
main(void)
{
	check_keys();
	check_groups();
	return check_done();
}
