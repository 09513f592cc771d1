/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Repeated names get the next free number; the table stays small.
 */
#include "names.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

#define LIMIT 1024

/* What NAME becomes. */
static const char *
take(struct tap_names *names, const char *name)
{
	static char taken[LIMIT + 1];
	size_t len = strlen(name);
	memcpy(taken, name, len);
	if (!tap_names_take(names, tap_names_hash(names, taken, len), taken, &len, LIMIT))
		abort();
	taken[len] = '\0';
	return taken;
}

static bool
becomes(struct tap_names *names, const char *name, const char *expected)
{
	const char *taken = take(names, name);
	if (strcmp(taken, expected) == 0)
		return true;
	printf("# %s became %s\n", name, taken);
	return false;
}

static void
check_many(struct tap_names *names)
{
	enum { COUNT = 200000 };
	char name[32], last[32];
	bool distinct = true, small = true, in_turn = true;
	for (int i = 0; i < COUNT; i++) {
		snprintf(name, sizeof(name), "distinct %d", i);
		distinct &= strcmp(take(names, name), name) == 0;
		small &= names->size * sizeof(*names->slots) <= 24 * names->count + (4 << 20);
	}
	CHECK_NAMED("distinct names stay as they are", distinct);
	CHECK_NAMED("24 bytes a name, and a little", small);
	for (int i = 1; i < COUNT; i++)
		take(names, "same");
	/* Of other names that were repeated since. */
	for (int i = 0; i < 20; i++)
		for (int j = 0; j < 100; j++) {
			snprintf(name, sizeof(name), "%d in turn", j);
			snprintf(last, sizeof(last), i ? "%s (%d)" : "%s", name, i + 1);
			in_turn &= strcmp(take(names, name), last) == 0;
		}
	CHECK_NAMED("repeated in turn", in_turn);
	CHECK(becomes(names, "4 in turn (21)", "4 in turn (21)"));
	CHECK(becomes(names, "4 in turn", "4 in turn (22)"));
	snprintf(last, sizeof(last), "same (%d)", COUNT);
	CHECK_NAMED("repeated often", becomes(names, "same", last));
	CHECK_NAMED("every name is known", becomes(names, "distinct 4711", "distinct 4711 (2)"));
}

/* A name that is the end of a suffix. Sanitizers see a byte that is read before it. */
static void
check_digits(const struct tap_names *names)
{
	char *name = malloc(6);
	if (!name)
		abort();
	memcpy(name, "12345)", 6);
	CHECK(tap_names_hash(names, name, 6) != tap_names_hash(names, name, 5));
	free(name);
}

int
main(void)
{
	struct tap_names names;
	tap_names_init(&names);
	check_digits(&names);
	CHECK(becomes(&names, "x", "x"));
	CHECK(becomes(&names, "x", "x (2)"));
	CHECK(becomes(&names, "x", "x (3)"));
	CHECK(becomes(&names, "", ""));
	CHECK(becomes(&names, "", " (2)"));

	/* Names that look as if they had a number already. */
	CHECK(becomes(&names, "y (2)", "y (2)"));
	CHECK(becomes(&names, "y (4)", "y (4)"));
	CHECK(becomes(&names, "y", "y"));
	CHECK(becomes(&names, "y", "y (3)"));
	CHECK(becomes(&names, "y", "y (5)"));
	CHECK(becomes(&names, "y (2)", "y (2) (2)"));
	CHECK(becomes(&names, "y (1)", "y (1)"));
	CHECK(becomes(&names, "y (1)", "y (1) (2)"));
	CHECK(becomes(&names, "y (02)", "y (02)"));
	CHECK(becomes(&names, "(2)", "(2)"));

	/* More digits than a number has are part of the name: 2^64 + 2 is not 2. */
	CHECK(becomes(&names, "z (2)", "z (2)"));
	CHECK(becomes(&names, "z (18446744073709551618)", "z (18446744073709551618)"));
	CHECK(becomes(&names, "z (18446744073709551618)", "z (18446744073709551618) (2)"));
	CHECK(becomes(&names, "y(2)", "y(2)"));

	/* Only a number in parentheses after a blank is a suffix. */
	static const char *const plain[] = {"1234)", "(123)", "y (2a)", "y (a2)", "y (2",
	                                    "y 2)",  "y ()",  "y  (2)", "y\t(2)"};
	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++) {
		char repeated[32];
		snprintf(repeated, sizeof(repeated), "%s (2)", plain[i]);
		CHECK(becomes(&names, plain[i], plain[i]));
		CHECK(becomes(&names, plain[i], repeated));
	}

	/* A long one is cut between characters to make room. */
	char longest[LIMIT + 1];
	memset(longest, 'a', LIMIT);
	longest[LIMIT] = '\0';
	memcpy(longest + LIMIT - 24, "\xe2\x82\xac", 3);
	CHECK(strlen(take(&names, longest)) == LIMIT);
	const char *second = take(&names, longest);
	CHECK(strlen(second) == LIMIT - 24 + 4 && strcmp(second + LIMIT - 24, " (2)") == 0);
	CHECK(strcmp(take(&names, longest) + LIMIT - 24, " (3)") == 0);

	check_many(&names);
	tap_names_clear(&names);
	return check_done();
}
