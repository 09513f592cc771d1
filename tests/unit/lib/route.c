/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "check.h"
#include "record.h"

static struct record fallback, below_one, whole_two, named;

/* Return whether the event of ID and ROUTE_CODE arrives in RECORD as TEXT, and in no other sink. */
static bool
arrives(struct subunit2_route *route, const char *id, const char *route_code,
        struct record *expected, const char *text)
{
	struct record *records[] = {&fallback, &below_one, &whole_two, &named};
	struct subunit2_event event = {
		.test_id = subunit2_view_of(id),
		.route_code = subunit2_view_of(route_code),
		.packet = SUBUNIT2_LITERAL("a packet"),
	};
	bool good = subunit2_sink_event(subunit2_route_sink(route), &event, NULL) == SUBUNIT2_E_OK;

	for (size_t i = 0; i < 4; i++)
		good &= record_is(records[i], records[i] == expected ? text : "");
	return good;
}

static void
test_rules(void)
{
	struct subunit2_route *route = subunit2_route_new(&fallback.sink);
	char prefix[] = "1";

	CHECK(subunit2_route_add_code(route, subunit2_view_of(prefix), SUBUNIT2_ROUTE_CONSUME,
	                              &below_one.sink, NULL) == SUBUNIT2_E_OK);
	prefix[0] = '9'; /* it was copied */
	CHECK(subunit2_route_add_code(route, SUBUNIT2_LITERAL("2/3"), 0, &whole_two.sink, NULL) ==
	      SUBUNIT2_E_OK);
	CHECK(subunit2_route_add_test(route, SUBUNIT2_LITERAL("x"), &named.sink, NULL) ==
	      SUBUNIT2_E_OK);
	CHECK(subunit2_route_add_test(route, SUBUNIT2_ABSENT, &named.sink, NULL) == SUBUNIT2_E_OK);

	CHECK(arrives(route, "a", "1", &below_one, "a - - - - -\n"));
	CHECK(arrives(route, "a", "1/0/4", &below_one, "a - 0/4 - - -\n"));
	CHECK(arrives(route, "a", "2/3", &whole_two, "a - 2/3 - - packet\n"));
	CHECK(arrives(route, "a", "2/3/4", &whole_two, "a - 2/3/4 - - packet\n"));
	CHECK_NAMED("the first rule that matches is taken",
	            arrives(route, "x", "1", &below_one, "x - - - - -\n"));
	CHECK(arrives(route, "x", NULL, &named, "x - - - - packet\n"));
	CHECK(arrives(route, "x", "2", &named, "x - 2 - - packet\n"));
	CHECK(arrives(route, NULL, NULL, &named, "- - - - - packet\n"));
	CHECK_NAMED("a prefix ends at a slash",
	            arrives(route, "a", "10", &fallback, "a - 10 - - packet\n"));
	CHECK(arrives(route, "a", "2/33", &fallback, "a - 2/33 - - packet\n"));
	CHECK(arrives(route, "xx", NULL, &fallback, "xx - - - - packet\n"));

	subunit2_sink_free(subunit2_route_sink(route));
	CHECK_NAMED("the sink of a route lives as long as the route",
	            arrives(route, "a", "1", &below_one, "a - - - - -\n"));

	whole_two.finish_result = SUBUNIT2_E_STOP;
	CHECK(subunit2_sink_finish(subunit2_route_sink(route), NULL) == SUBUNIT2_E_STOP);
	CHECK_NAMED("each sink is finished once",
	            fallback.finished == 1 && below_one.finished == 1 && whole_two.finished == 1 &&
	                    named.finished == 1);
	subunit2_route_free(route);
}

/* The error of a finish is that of the first sink that fails. */
static void
test_finish_error(void)
{
	struct record good = {0}, bad = {0};
	struct subunit2_route *route = subunit2_route_new(&good.sink);
	struct subunit2_error error = {0};

	record_open(&good);
	record_open(&bad);
	bad.finish_result = SUBUNIT2_E_SYSTEM;
	CHECK(subunit2_route_add_test(route, SUBUNIT2_LITERAL("x"), &bad.sink, NULL) ==
	      SUBUNIT2_E_OK);
	CHECK(subunit2_sink_finish(subunit2_route_sink(route), &error) == SUBUNIT2_E_SYSTEM &&
	      strcmp(error.subject, "record") == 0);
	subunit2_route_free(route);
	record_close(&bad);
	record_close(&good);
}

static void
test_no_fallback(void)
{
	struct subunit2_route *route = subunit2_route_new(NULL);

	CHECK(arrives(route, "a", NULL, NULL, ""));
	CHECK(subunit2_sink_finish(subunit2_route_sink(route), NULL) == SUBUNIT2_E_OK);
	subunit2_route_free(route);
}

int
main(void)
{
	struct record *records[] = {&fallback, &below_one, &whole_two, &named};

	for (size_t i = 0; i < 4; i++)
		record_open(records[i]);
	test_rules();
	test_finish_error();
	test_no_fallback();
	for (size_t i = 0; i < 4; i++)
		record_close(records[i]);
	return check_done();
}
