/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "load_balance.h"

#include "duration.h"
#include "memory.h"
#include "printable.h"

#include <stdlib.h>
#include <uthash.h>

struct route {
	struct subunit2_view code;
	uint64_t tests;
	int64_t busy_ns;
	UT_hash_handle hh;
	char bytes[]; /* of code */
};

struct load_balance {
	struct route *routes; /* by code, in order of arrival */
	struct route *latest; /* the one of the last test; or NULL */
	bool has_time;
	struct subunit2_time start, stop; /* of the run */
};

struct load_balance *
load_balance_new(void)
{
	return memory_zeroed(1, sizeof(struct load_balance));
}

void
load_balance_free(struct load_balance *balance)
{
	if (!balance)
		return;
	struct route *route, *next;
	HASH_ITER(hh, balance->routes, route, next)
	{
		HASH_DEL(balance->routes, route);
		free(route);
	}
	free(balance);
}

static struct route *
load_balance_route_of(struct load_balance *balance, struct subunit2_view code)
{
	struct route *route = balance->latest;
	if (route && subunit2_view_equal(route->code, code))
		return route;
	HASH_FIND(hh, balance->routes, code.data, code.len, route);
	if (route)
		return balance->latest = route;
	route = memory_zeroed(1, sizeof(*route) + code.len);
	memcpy(route->bytes, code.data, code.len);
	route->code = (struct subunit2_view){route->bytes, code.len};
	HASH_ADD_KEYPTR(hh, balance->routes, route->bytes, code.len, route);
	return balance->latest = route;
}

void
load_balance_add(struct load_balance *balance, const struct subunit2_test *test)
{
	if (!test->runnable || !test->status || !test->has_start || !test->has_stop ||
	    !subunit2_view_present(test->route_code))
		return;
	bool dated = subunit2_time_is_dated(test->start);
	bool was_dated = balance->has_time && subunit2_time_is_dated(balance->start);
	/* Times without a date count only as long as no test has one. */
	if (dated != subunit2_time_is_dated(test->stop) || (was_dated && !dated))
		return;
	bool anew = !balance->has_time || (dated && !was_dated);
	struct route *route = load_balance_route_of(balance, test->route_code);
	route->tests++;
	route->busy_ns = duration_add(route->busy_ns, subunit2_time_since(test->stop, test->start));
	if (anew || subunit2_time_compare(test->start, balance->start) < 0)
		balance->start = test->start;
	if (anew || subunit2_time_compare(test->stop, balance->stop) > 0)
		balance->stop = test->stop;
	balance->has_time = true;
}

static int
load_balance_percent(const struct load_balance *balance, const struct route *route)
{
	int64_t all = subunit2_time_since(balance->stop, balance->start);
	return (int)(100.0 * (double)route->busy_ns / (double)all + 0.5);
}

void
load_balance_put(const struct load_balance *balance, FILE *file, bool each)
{
	if (HASH_COUNT(balance->routes) < 2 ||
	    subunit2_time_compare(balance->start, balance->stop) >= 0)
		return;
	int least = load_balance_percent(balance, balance->routes), most = least;
	const struct route *route;
	for (route = balance->routes; route; route = route->hh.next) {
		int busy = load_balance_percent(balance, route);
		least = busy < least ? busy : least;
		most = busy > most ? busy : most;
	}
	fprintf(file, "routes: %u, busy %d%% to %d%%\n", HASH_COUNT(balance->routes), least, most);
	for (route = balance->routes; route && each; route = route->hh.next) {
		fputs("  ", file);
		printable_put(file, route->code);
		fprintf(file, "  %llu tests, busy %d%%\n", (unsigned long long)route->tests,
		        load_balance_percent(balance, route));
	}
}
