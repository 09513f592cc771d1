/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Suites: the scripts that run now, by test id and route, each with what was
 * written about its assertions. Formats that want a script's assertions in one
 * place keep them here while scripts run side by side.
 */
#ifndef SUITES_H
#define SUITES_H

#include "spool.h"

#include <subunit2/event.h>
#include <subunit2/hash.h>

#include <uthash.h>

struct suite {
	struct subunit2_view key; /* see suites.c; owned, like what ID is a part of */
	struct subunit2_view id;
	uint64_t tests, failed, errors, skipped; /* of its assertions; the writer counts */
	bool has_time;
	struct subunit2_time start, stop; /* of its assertions; the script's, when it ended */
	int64_t length_ns;                /* of its cases together */
	bool has_script;                  /* start and stop are the script's */
	bool has_own_case;                /* the script itself is one of its cases */
	struct spool body;                /* of the suites' spools */
	struct spool tail;                /* the same; for what comes behind the body */

	UT_hash_handle hh;
};

struct suites {
	struct suite *earlier; /* a table, in the order in which they began */
	/* The suite that began last is not in the table: where scripts run one after
	 * the other there is none. */
	struct suite *latest;
	char *key; /* of the last look-up */
	size_t key_size;
	struct subunit2_hash_key hash_key;
	struct spools spools; /* of the writer's others, too */
};

void suites_init(struct suites *suites);

/* When EVENT says that a runnable test began, opens its suite, unless it is open. */
void suites_add_event(struct suites *suites, const struct subunit2_event *event);

/* The open suite that began first; NULL when there is none. */
struct suite *suites_first(const struct suites *suites);

/* The open suite of this test itself; NULL when there is none. */
struct suite *suites_named(struct suites *suites, struct subunit2_view id,
                           struct subunit2_view route_code);

/* The open suite that test ID ("SCRIPT::NAME") belongs to: the one with the
 * longest id; NULL when there is none. */
struct suite *suites_parent(struct suites *suites, struct subunit2_view id,
                            struct subunit2_view route_code);

/* ID without that of SUITE and "::"; ID itself when SUITE is NULL. */
struct subunit2_view suite_name_of(const struct suite *suite, struct subunit2_view id);

void suites_close(struct suites *suites, struct suite *suite);
/* Clear the writer's own spools before. */
void suites_clear(struct suites *suites);

#endif
