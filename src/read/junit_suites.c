/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "junit_suites.h"

#include "junit_time.h"
#include "memory.h"

#include <stdlib.h>
#include <subunit2/utf8.h>

#define NO_SUITE 1 /* the number that stands for no suite */

struct junit_suite {
	char *name;
	uint64_t number;
	size_t path_outer; /* length of the path outside of it */
};

void
junit_suites_clear(struct junit_suites *suites)
{
	while (suites->depth)
		junit_suites_end(suites);
	free(suites->list);
}

/* Adds NAME to the path. A longer path is cut: without a limit, deep suites
 * would make ids whose lengths add up to the square of the file's. */
static void
junit_suites_add_to_path(struct junit_suites *suites, const char *name)
{
	size_t room = sizeof(suites->path) - suites->path_len;
	if (*name == '\0' || room < 2)
		return;
	if (suites->path_len > 0) {
		suites->path[suites->path_len++] = '.';
		room--;
	}
	size_t len = subunit2_utf8_cut(subunit2_view_of(name), room);
	memcpy(suites->path + suites->path_len, name, len);
	suites->path_len += len;
}

/* Returns NAME without "[HOSTNAME] " before it. */
static const char *
junit_suites_without_mark(const char *name, const char *hostname)
{
	size_t len = hostname ? strlen(hostname) : 0;
	if (len > 0 && *name == '[' && strncmp(name + 1, hostname, len) == 0 &&
	    strncmp(name + 1 + len, "] ", 2) == 0)
		return name + 1 + len + 2;
	return name;
}

void
junit_suites_begin(struct junit_suites *suites, const char *name, const char *hostname,
                   const char *timestamp, struct junit_ids *ids)
{
	struct subunit2_time before = suites->clock;
	suites->list =
		memory_grow(suites->list, &suites->size, suites->depth + 1, sizeof(*suites->list));
	name = junit_suites_without_mark(name ? name : "", hostname);
	suites->list[suites->depth++] = (struct junit_suite){
		.name = memory_copy(name),
		.number = NO_SUITE + ++suites->count,
		.path_outer = suites->path_len,
	};
	junit_suites_add_to_path(suites, name);
	if (!timestamp || !junit_time_moment(timestamp, &suites->clock))
		return;
	if (!suites->dated && ids)
		junit_ids_set_date(ids, before, suites->clock);
	suites->dated = true;
}

void
junit_suites_end(struct junit_suites *suites)
{
	struct junit_suite *suite = &suites->list[--suites->depth];
	suites->path_len = suite->path_outer;
	free(suite->name);
}

const char *
junit_suites_innermost_name(const struct junit_suites *suites)
{
	return suites->depth ? suites->list[suites->depth - 1].name : "";
}

char *
junit_suites_full_name(const struct junit_suites *suites, const char *name)
{
	const char *dot = suites->path_len > 0 && *name ? "." : "";
	return memory_format("%.*s%s%s", (int)suites->path_len, suites->path, dot, name);
}

struct junit_place
junit_suites_place(const struct junit_suites *suites)
{
	return (struct junit_place){
		.suite = suites->depth ? suites->list[suites->depth - 1].number : NO_SUITE,
		.path = {suites->path, suites->path_len},
		.dated = suites->dated,
	};
}

void
junit_suites_advance_clock(struct junit_suites *suites, int64_t ns)
{
	suites->clock = subunit2_time_add(suites->clock, ns);
	if (suites->clock.sec > UINT32_MAX)
		suites->clock.sec = UINT32_MAX;
}
