/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The suites of scripts that run; most scripts end without one. */
#include "open_suites.h"
#include "check.h"

static void
begin(struct open_suites *suites, const char *id, const char *route_code)
{
	struct subunit2_event event = {
		.test_id = subunit2_view_of(id),
		.route_code = subunit2_view_of(route_code),
		.status = SUBUNIT2_STATUS_INPROGRESS,
		.runnable = true,
	};
	open_suites_on_event(suites, &event);
}

static struct open_suite *
of_script(struct open_suites *suites, const char *id, const char *route_code)
{
	return open_suites_of_script(suites, subunit2_view_of(id), subunit2_view_of(route_code));
}

static bool
end_lone_script(struct open_suites *suites, const char *id, const char *route_code)
{
	return open_suites_end_lone_script(suites, subunit2_view_of(id),
	                                   subunit2_view_of(route_code));
}

static bool
parent_is(struct open_suites *suites, const char *id, const char *script)
{
	struct open_suite *suite =
		open_suites_of_assertion(suites, subunit2_view_of(id), subunit2_view_of(NULL));
	return script ? suite && subunit2_view_equal(suite->id, subunit2_view_of(script)) : !suite;
}

static void
test_one_after_the_other(void)
{
	struct open_suites suites;
	open_suites_init(&suites);
	CHECK(!end_lone_script(&suites, "a", NULL));
	begin(&suites, "a", NULL);
	begin(&suites, "a", NULL);
	CHECK(end_lone_script(&suites, "a", NULL));
	CHECK_NAMED("a script ends once", !end_lone_script(&suites, "a", NULL));
	CHECK(!of_script(&suites, "a", NULL));
	CHECK(!open_suites_first(&suites));
	begin(&suites, "", NULL);
	CHECK_NAMED("an empty id is an id", end_lone_script(&suites, "", NULL));
	open_suites_clear(&suites);
}

static void
test_assertions(void)
{
	struct open_suites suites;
	open_suites_init(&suites);
	CHECK(parent_is(&suites, "a::x", NULL));
	begin(&suites, "a", NULL);
	CHECK(parent_is(&suites, "b::x", NULL));
	CHECK(parent_is(&suites, "a::x", "a"));
	CHECK_NAMED("the suite is needed", !end_lone_script(&suites, "a", NULL));
	begin(&suites, "a", NULL);
	CHECK_NAMED("it is open already", !end_lone_script(&suites, "a", NULL));
	CHECK(parent_is(&suites, "a::x::y", "a"));
	begin(&suites, "a::x", NULL);
	CHECK(parent_is(&suites, "a::x::y", "a::x"));
	open_suites_close(&suites, of_script(&suites, "a::x", NULL));
	CHECK(parent_is(&suites, "a::x::y", "a"));
	open_suites_close(&suites, of_script(&suites, "a", NULL));
	CHECK(parent_is(&suites, "a::x", NULL));
	open_suites_clear(&suites);
}

static void
test_parallel(void)
{
	static const char *const ids[] = {"a", "b", "c", "d"};
	struct open_suites suites;
	open_suites_init(&suites);
	for (size_t i = 0; i < 4; i++)
		begin(&suites, ids[i], NULL);
	CHECK_NAMED("others began after it", !end_lone_script(&suites, "c", NULL));
	CHECK(end_lone_script(&suites, "d", NULL));
	bool in_order = true;
	for (size_t i = 0; i < 3; i++) {
		struct open_suite *first = open_suites_first(&suites);
		in_order &= first && first == of_script(&suites, ids[i], NULL);
		open_suites_close(&suites, first);
	}
	CHECK_NAMED("the first is the one that began first", in_order);
	CHECK(!open_suites_first(&suites));
	open_suites_clear(&suites);
}

static void
test_routes(void)
{
	struct open_suites suites;
	open_suites_init(&suites);
	begin(&suites, "a", "1");
	CHECK(!end_lone_script(&suites, "a", NULL));
	CHECK(!end_lone_script(&suites, "a", "2"));
	CHECK(!of_script(&suites, "1a", NULL));
	CHECK_NAMED("an absent route is an empty one", !of_script(&suites, "a", ""));
	begin(&suites, "a", NULL);
	CHECK(end_lone_script(&suites, "a", ""));
	CHECK(of_script(&suites, "a", "1"));
	open_suites_clear(&suites);
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
