/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Labels: a routing code without the numbers of slots, and whether those of a stream differ. */
#include "route_label.h"
#include "check.h"

#include <string.h>

static bool
is_view(struct subunit2_view view, const char *expected)
{
	if (view.len == 0)
		return !*expected;
	if (!subunit2_view_equal(view, subunit2_view_of(expected)))
		printf("# %.*s\n", (int)view.len, view.data ? view.data : "");
	return subunit2_view_equal(view, subunit2_view_of(expected));
}

static bool
is_label(const char *route, const char *expected)
{
	struct buffer label = {0};
	buffer_add(&label, SUBUNIT2_LITERAL("before"));
	route_label(&label, subunit2_view_of(route));
	bool same = is_view(buffer_view(&label), expected);
	buffer_clear(&label);
	return same;
}

static void
check_stream(void)
{
	struct route_labels labels = {.differ = false};
	struct subunit2_event event = {.route_code = SUBUNIT2_LITERAL("bsd")};
	route_labels_add_event(&labels, &event); /* it is about no test */
	event.test_id = SUBUNIT2_LITERAL("t");
	event.route_code = SUBUNIT2_LITERAL("mac/0");
	route_labels_add_event(&labels, &event);
	route_labels_add(&labels, SUBUNIT2_LITERAL("3"));
	route_labels_add(&labels, SUBUNIT2_LITERAL("mac/1"));
	CHECK_NAMED("a slot is no place", !labels.differ);
	CHECK(is_view(route_labels_shown(&labels, SUBUNIT2_LITERAL("mac/0")), ""));
	CHECK(is_view(route_labels_left_out(&labels), ""));
	route_labels_add(&labels, SUBUNIT2_LITERAL("linux/1"));
	CHECK(labels.differ);
	CHECK_NAMED("the first label is made up for",
	            is_view(route_labels_left_out(&labels), "mac"));
	CHECK_NAMED("only once", is_view(route_labels_left_out(&labels), ""));
	CHECK(is_view(route_labels_shown(&labels, SUBUNIT2_LITERAL("linux/7")), "linux"));
	CHECK(is_view(route_labels_shown(&labels, SUBUNIT2_LITERAL("mac/7")), "mac"));
	CHECK(is_view(route_labels_shown(&labels, SUBUNIT2_LITERAL("7")), ""));
	route_labels_clear(&labels);
}

int
main(void)
{
	CHECK(is_label("mac/0", "mac"));
	CHECK(is_label("mac", "mac"));
	CHECK(is_label("0", ""));
	CHECK(is_label("", ""));
	CHECK(is_label("0/mac/12/3", "mac"));
	CHECK(is_label("lab/mac/0", "lab/mac"));
	CHECK(is_label("mac2/0", "mac2"));
	CHECK(is_label("//mac//", "mac"));
	check_stream();
	return check_done();
}
