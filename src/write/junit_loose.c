/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "junit_loose.h"

#include "junit_case.h"
#include "memory.h"
#include "route_label.h"

#include <stdlib.h>

void
junit_loose_init(struct junit_loose *loose)
{
	*loose = (struct junit_loose){0};
	unique_names_init(&loose->names, " (", ")");
}

void
junit_loose_clear(struct junit_loose *loose, struct spools *spools)
{
	HASH_CLEAR(hh, loose->table);
	for (struct junit_loose_suite *suite; (suite = loose->first);) {
		loose->first = suite->next;
		spool_clear(spools, &suite->suite.body);
		spool_clear(spools, &suite->suite.tail);
		buffer_clear(&suite->suite.mark);
		free(suite);
	}
	buffer_clear(&loose->route);
	buffer_clear(&loose->key);
	unique_names_clear(&loose->names);
}

static struct junit_loose_suite *
junit_loose_add(struct junit_loose *loose, struct subunit2_view key)
{
	struct junit_loose_suite *added = memory_zeroed(1, sizeof(*added) + key.len);
	memcpy(added + 1, key.data, key.len);
	added->suite.key = (struct subunit2_view){(const char *)(added + 1), key.len};
	HASH_ADD_KEYPTR(hh, loose->table, added->suite.key.data, key.len, added);
	if (loose->last)
		loose->last->next = added;
	else
		loose->first = added;
	loose->last = added;
	return added;
}

struct suite *
junit_loose_suite(struct junit_loose *loose, struct subunit2_view route_code)
{
	/* Most tests come from the place of the one before. */
	if (loose->found && loose->route.len == route_code.len &&
	    (!route_code.len || memcmp(loose->route.data, route_code.data, route_code.len) == 0))
		return &loose->found->suite;
	loose->route.len = 0;
	buffer_add(&loose->route, route_code);
	route_label(&loose->key, route_code);
	buffer_add_char(&loose->key, '\0'); /* and an empty id: see suites.c */
	HASH_FIND(hh, loose->table, loose->key.data, loose->key.len, loose->found);
	if (!loose->found)
		loose->found = junit_loose_add(loose, buffer_view(&loose->key));
	return &loose->found->suite;
}

struct suite *
junit_loose_mark(struct junit_loose *loose)
{
	struct junit_loose_suite *plain;
	HASH_FIND(hh, loose->table, "", 1, plain);
	if (!plain)
		plain = loose->first ? loose->first
		                     : junit_loose_add(loose, (struct subunit2_view){"", 1});
	for (struct junit_loose_suite *each = loose->first; each; each = each->next)
		if (each != plain)
			junit_add_mark(&each->suite.mark,
			               (struct subunit2_view){each->suite.key.data,
			                                      each->suite.key.len - 1});
	return &plain->suite;
}
