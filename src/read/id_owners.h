/*
 * The ids that a file's suites gave to their cases. A suite keeps an id for all cases of
 * that name; the same id of another suite gets a number.
 */
#ifndef ID_OWNERS_H
#define ID_OWNERS_H

#include "name_table.h"

struct given {
	struct name_table suites;  /* of each id, the suite that has it */
	struct name_table numbers; /* of each id, the number to try next; of an id in a suite,
	                              the number that the suite got */
};

/* Allocates nothing. */
void given_init(struct given *given);
void given_clear(struct given *given);

/* Gives ID to SUITE, a number from 1. Returns false if another suite has it. */
bool given_take(struct given *given, struct subunit2_view id, uint64_t suite);

/* Gives ID to SUITE, or "ID (2)", "ID (3)" …: the first that no other suite has. Returns
 * the id, to be freed. Frees ID if it returns another string. */
char *given_take_numbered(struct given *given, char *id, uint64_t suite);

#endif
