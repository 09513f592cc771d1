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
		unique_names_clear(&suite->suite.names);
		free(suite);
	}
	buffer_clear(&loose->route);
	buffer_clear(&loose->key);
	unique_names_clear(&loose->names);
}

/* Returns the label of SUITE, with which its key begins. */
static struct subunit2_view
junit_loose_label(const struct open_suite *suite)
{
	return (struct subunit2_view){suite->key.data, suite->key.len - suite->id.len - 1};
}

/* Adds the suite with KEY, of which the last NAME_LEN bytes are its name. */
static struct junit_loose_suite *
junit_loose_add(struct junit_loose *loose, struct subunit2_view key, size_t name_len)
{
	struct junit_loose_suite *added = memory_zeroed(1, sizeof(*added) + key.len);
	memcpy(added + 1, key.data, key.len);
	added->suite.key = (struct subunit2_view){(const char *)(added + 1), key.len};
	added->suite.id = (struct subunit2_view){
		added->suite.key.data + key.len - name_len,
		name_len,
	};
	unique_names_init(&added->suite.names, " (", ")");
	HASH_ADD_KEYPTR(hh, loose->table, added->suite.key.data, key.len, added);
	if (loose->last)
		loose->last->next = added;
	else
		loose->first = added;
	loose->last = added;
	return added;
}

/* Returns whether A and B hold the same bytes; an absent view counts as empty. */
static bool
junit_loose_is_same(struct subunit2_view a, struct subunit2_view b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* Returns whether the last look-up was for ROUTE_CODE and NAME. */
static bool
junit_loose_was_found(const struct junit_loose *loose, struct subunit2_view route_code,
                      struct subunit2_view name)
{
	return loose->found && junit_loose_is_same(buffer_view(&loose->route), route_code) &&
	       junit_loose_is_same(loose->found->suite.id, name);
}

struct open_suite *
junit_loose_suite(struct junit_loose *loose, struct subunit2_view route_code,
                  struct subunit2_view name)
{
	/* Most tests belong to the same suite as the one before. */
	if (junit_loose_was_found(loose, route_code, name))
		return &loose->found->suite;
	loose->route.len = 0;
	buffer_add(&loose->route, route_code);
	route_label(&loose->key, route_code);
	buffer_add_char(&loose->key, '\0'); /* before the id: see open_suites.c */
	buffer_add(&loose->key, name);
	HASH_FIND(hh, loose->table, loose->key.data, loose->key.len, loose->found);
	if (!loose->found)
		loose->found = junit_loose_add(loose, buffer_view(&loose->key), name.len);
	return &loose->found->suite;
}

struct unique_names *
junit_loose_names(struct junit_loose *loose, struct open_suite *suite)
{
	return suite->id.len > 0 ? &suite->names : &loose->names;
}

struct open_suite *
junit_loose_mark(struct junit_loose *loose)
{
	struct junit_loose_suite *main_suite;
	HASH_FIND(hh, loose->table, "", 1, main_suite);
	if (!main_suite)
		main_suite = loose->first
		                     ? loose->first
		                     : junit_loose_add(loose, (struct subunit2_view){"", 1}, 0);
	for (struct junit_loose_suite *each = loose->first; each; each = each->next)
		if (!subunit2_view_equal(junit_loose_label(&each->suite),
		                         junit_loose_label(&main_suite->suite)))
			junit_case_add_mark(&each->suite.mark, junit_loose_label(&each->suite));
	return &main_suite->suite;
}
