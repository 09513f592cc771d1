/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The ids that a file's suites gave to their cases. If several suites gave the same one, no suite
 * owns it, in any order of the suites; each gets a number if it wants an id that
 * is taken.
 */
#ifndef ID_OWNERS_H
#define ID_OWNERS_H

#include "name_table.h"

struct id_owners {
	struct name_table suites;  /* of each id, the suite that has it, or all of them */
	struct name_table numbers; /* of each id, the number to try next; of an id in a suite,
	                              the number that the suite got */
};

/* Allocates nothing. */
void id_owners_init(struct id_owners *owners);
void id_owners_clear(struct id_owners *owners);

/* Notes that SUITE, a number from 1, has a case called ID. */
void id_owners_add(struct id_owners *owners, struct subunit2_view id, uint64_t suite);

/* Returns true if cases of several suites are called ID. */
bool id_owners_is_shared(struct id_owners *owners, struct subunit2_view id);

/* Gives ID to SUITE, or "ID (2)", "ID (3)" …: the first that no other suite has. Returns
 * the id, to be freed. Frees ID if it returns another string. */
char *id_owners_take_numbered(struct id_owners *owners, char *id, uint64_t suite);

#endif
