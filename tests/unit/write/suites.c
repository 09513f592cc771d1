/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Suites: the scripts that run, of which most end without a suite. */
#include "suites.h"
#include "check.h"

static void
begin(struct suites *suites, const char *id, const char *route_code)
{
	struct subunit2_event event = {
		.test_id = subunit2_view_of(id),
		.route_code = subunit2_view_of(route_code),
		.status = SUBUNIT2_STATUS_INPROGRESS,
		.runnable = true,
	};
	suites_add_event(suites, &event);
}

static struct suite *
named(struct suites *suites, const char *id, const char *route_code)
{
	return suites_named(suites, subunit2_view_of(id), subunit2_view_of(route_code));
}

static bool
close_started(struct suites *suites, const char *id, const char *route_code)
{
	return suites_close_started(suites, subunit2_view_of(id), subunit2_view_of(route_code));
}

static bool
parent_is(struct suites *suites, const char *id, const char *script)
{
	struct suite *suite = suites_parent(suites, subunit2_view_of(id), subunit2_view_of(NULL));
	return script ? suite && subunit2_view_equal(suite->id, subunit2_view_of(script)) : !suite;
}

static void
test_one_after_the_other(void)
{
	struct suites suites;
	suites_init(&suites);
	CHECK(!close_started(&suites, "a", NULL));
	begin(&suites, "a", NULL);
	begin(&suites, "a", NULL);
	CHECK(close_started(&suites, "a", NULL));
	CHECK_NAMED("a script ends once", !close_started(&suites, "a", NULL));
	CHECK(!named(&suites, "a", NULL));
	CHECK(!suites_first(&suites));
	begin(&suites, "", NULL);
	CHECK_NAMED("an empty id is an id", close_started(&suites, "", NULL));
	suites_clear(&suites);
}

static void
test_assertions(void)
{
	struct suites suites;
	suites_init(&suites);
	CHECK(parent_is(&suites, "a::x", NULL));
	begin(&suites, "a", NULL);
	CHECK(parent_is(&suites, "b::x", NULL));
	CHECK(parent_is(&suites, "a::x", "a"));
	CHECK_NAMED("the suite is needed", !close_started(&suites, "a", NULL));
	begin(&suites, "a", NULL);
	CHECK_NAMED("it is open already", !close_started(&suites, "a", NULL));
	CHECK(parent_is(&suites, "a::x::y", "a"));
	begin(&suites, "a::x", NULL);
	CHECK(parent_is(&suites, "a::x::y", "a::x"));
	suites_close(&suites, named(&suites, "a::x", NULL));
	CHECK(parent_is(&suites, "a::x::y", "a"));
	suites_close(&suites, named(&suites, "a", NULL));
	CHECK(parent_is(&suites, "a::x", NULL));
	suites_clear(&suites);
}

static void
test_parallel(void)
{
	static const char *const ids[] = {"a", "b", "c", "d"};
	struct suites suites;
	suites_init(&suites);
	for (size_t i = 0; i < 4; i++)
		begin(&suites, ids[i], NULL);
	CHECK_NAMED("others began after it", !close_started(&suites, "c", NULL));
	CHECK(close_started(&suites, "d", NULL));
	bool in_order = true;
	for (size_t i = 0; i < 3; i++) {
		struct suite *first = suites_first(&suites);
		in_order &= first && first == named(&suites, ids[i], NULL);
		suites_close(&suites, first);
	}
	CHECK_NAMED("the first is the one that began first", in_order);
	CHECK(!suites_first(&suites));
	suites_clear(&suites);
}

static void
test_routes(void)
{
	struct suites suites;
	suites_init(&suites);
	begin(&suites, "a", "1");
	CHECK(!close_started(&suites, "a", NULL));
	CHECK(!close_started(&suites, "a", "2"));
	CHECK(!named(&suites, "1a", NULL));
	CHECK_NAMED("an absent route is an empty one", !named(&suites, "a", ""));
	begin(&suites, "a", NULL);
	CHECK(close_started(&suites, "a", ""));
	CHECK(named(&suites, "a", "1"));
	suites_clear(&suites);
}

int
main(void)
{
	test_one_after_the_other();
	test_assertions();
	test_parallel();
	test_routes();
	return check_done();
}
