/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Names that were given out, and the set and the table of numbers under them. */
#include "unique_names.h"
#include "check.h"

#include "memory.h"

#include <string.h>

static bool
gives(struct unique_names *names, const char *wanted, const char *expected)
{
	char *name = unique_names_add(names, memory_copy(wanted));
	bool good = strcmp(name, expected) == 0;
	if (!good)
		printf("# %s: %s\n", wanted, name);
	free(name);
	return good;
}

/* A suffix that was given out as a name of its own is passed over. */
static void
numbers_follow(void)
{
	struct unique_names names;
	unique_names_init(&names, " (", ")");
	CHECK(gives(&names, "x", "x"));
	CHECK(gives(&names, "x", "x (2)"));
	CHECK(gives(&names, "x (3)", "x (3)"));
	CHECK(gives(&names, "x", "x (4)"));
	CHECK(gives(&names, "x (2)", "x (2) (2)"));
	CHECK(gives(&names, "x", "x (5)"));
	CHECK(gives(&names, "", ""));
	CHECK(gives(&names, "", " (2)"));
	unique_names_clear(&names);
}

/* Each name is compared with few others: a search from 2 on would take minutes. */
static bool
many_are_fast(void)
{
	enum { MANY = 200000 };
	struct unique_names names;
	char expected[32];
	bool good = true;
	unique_names_init(&names, "#", "");
	for (unsigned i = 1; i <= MANY && good; i++) {
		snprintf(expected, sizeof(expected), i == 1 ? "x" : "x#%u", i);
		good = gives(&names, "x", expected);
	}
	unique_names_clear(&names);
	return good;
}

static bool
set_keeps_all(unsigned count, size_t size)
{
	struct name_set set;
	char name[32];
	bool good = true;
	name_set_init(&set);
	for (unsigned round = 0; round < 2; round++)
		for (unsigned i = 0; i < count; i++) {
			snprintf(name, sizeof(name), "%u", i);
			uint64_t hash = name_set_hash(&set, subunit2_view_of(name));
			good = good && name_set_add(&set, hash) == (round == 0);
		}
	good = good && set.count == count && set.size == size;
	name_set_clear(&set);
	return good && set.slots == NULL;
}

/* Hashes that belong in few slots, among them the last one, so that others are in their place. */
static bool
set_keeps_crowded(void)
{
	enum { MANY = 300, PLACES = 3 };
	static const uint64_t places[PLACES] = {0xffff, 0xfffe, 0x0001};
	struct name_set set;
	bool good = true;
	name_set_init(&set);
	for (uint64_t i = 1; i <= MANY; i++) {
		good = good && name_set_add(&set, i << 16 | places[i % PLACES]);
		for (uint64_t j = 1; j <= i; j++)
			good = good && !name_set_add(&set, j << 16 | places[j % PLACES]);
	}
	good = good && set.count == MANY;
	name_set_clear(&set);
	return good;
}

static bool
table_keeps_all(void)
{
	enum { MANY = 10000 };
	struct name_table table;
	char name[32];
	bool good = true;
	name_table_init(&table);
	for (unsigned round = 0; round < 2; round++)
		for (uint64_t i = 1; i <= MANY; i++) {
			snprintf(name, sizeof(name), "%u", (unsigned)i);
			uint64_t hash = name_table_hash(&table, subunit2_view_of(name));
			good = good && name_table_find(&table, hash) == (round ? i : 0);
			uint64_t *number = name_table_number(&table, hash);
			good = good && *number == (round ? i : 0);
			*number = i;
		}
	good = good && table.count == MANY && table.size == 32768;
	for (uint64_t i = MANY; i < 3 * MANY; i++)
		good = good && name_table_find(&table, i) == 0;
	good = good && table.count == MANY && table.size == 32768;
	name_table_clear(&table);
	return good && name_table_find(&table, 1) == 0;
}

int
main(void)
{
	numbers_follow();
	CHECK(many_are_fast());
	CHECK(set_keeps_all(10000, 32768));
	CHECK(set_keeps_all(32767, 65536));
	CHECK(set_keeps_all(32768, 131072));
	CHECK(set_keeps_all(114687, 131072));
	CHECK(set_keeps_all(114688, 262144));
	CHECK(set_keeps_crowded());
	CHECK(table_keeps_all());
	return check_done();
}
