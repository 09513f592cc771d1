/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Suites: the scripts that are running, by test id and route, each with the text that was written
 * for its assertions. Formats in which the assertions of a script stand together keep the text
 * here, since scripts run in parallel.
 */
#ifndef SUITES_H
#define SUITES_H

#include "buffer.h"
#include "keyed_hash.h"
#include "spool.h"
#include "unique_names.h"

#include <subunit2/event.h>

#include <uthash.h>

struct suite {
	struct subunit2_view key; /* see suites.c; allocated with the suite; ID is a part of it */
	struct subunit2_view id;
	uint64_t tests, failed, errors, skipped; /* numbers of assertions, counted by the writer */
	bool has_time;
	bool is_dated; /* START is */
	struct subunit2_time start,
		stop;                /* of the script once it has ended, before of its assertions */
	int64_t length_ns;           /* sum over its cases */
	bool has_script;             /* start and stop are those of the script */
	bool has_own_case;           /* the script itself is one of its cases */
	struct subunit2_view source; /* the file of the script, a part of ID; absent: not known */

	/* The rest is empty when the suite is closed. */
	struct unique_names names; /* of its cases; for the writer */
	struct buffer mark;        /* "[LABEL] " before its names; for the writer */
	struct spool body;         /* the text so far, in suites.spools */
	struct spool tail;         /* text that follows the body, in suites.spools */
	size_t key_size;           /* bytes allocated for the key */

	UT_hash_handle hh;
};

struct suites {
	struct suite *earlier; /* all but the latest, in the order in which they began */
	/* The suite that was opened last. It is not in the table, which stays empty while scripts
	 * run one after the other. */
	struct suite *latest;
	/* The script that began last, if it has no suite yet: its key, and the length of its id. A
	 * suite is opened only when it is needed; most tests end without one, which saves 150
	 * instructions each. Empty: there is no such script. */
	struct buffer started;
	size_t started_id_len;
	char *key; /* of the last look-up; see suites.c */
	size_t key_size;
	struct keyed_hash_key hash_key;
	struct unique_names no_names; /* the first value of a suite's NAMES */
	struct suite *spare;          /* memory of a closed suite, for the next one; or NULL */
	struct spools spools;         /* also of other spools of the writer */
};

void suites_init(struct suites *suites);

/* Begins script ID, unless its suite is open. The suite is opened when it is needed. */
void suites_begin(struct suites *suites, struct subunit2_view id, struct subunit2_view route_code);

/* Begins a script if EVENT starts a runnable test. */
static inline void
suites_add_event(struct suites *suites, const struct subunit2_event *event)
{
	if (event->runnable && event->status == SUBUNIT2_STATUS_INPROGRESS &&
	    subunit2_view_present(event->test_id))
		suites_begin(suites, event->test_id, event->route_code);
}

/* Returns true if script ID needs no suite, because neither another script nor one of its
 * assertions came after its start, and ends the script. Otherwise returns false; suites_named may
 * find its suite. */
bool suites_close_started(struct suites *suites, struct subunit2_view id,
                          struct subunit2_view route_code);

/* Returns the open suite that began first, or NULL. */
struct suite *suites_first(struct suites *suites);

/* Returns the open suite whose script is test ID itself, or NULL. */
struct suite *suites_named(struct suites *suites, struct subunit2_view id,
                           struct subunit2_view route_code);

/* Returns the open suite of the longest SCRIPT with which test ID ("SCRIPT::NAME") begins, or
 * NULL. */
struct suite *suites_parent(struct suites *suites, struct subunit2_view id,
                            struct subunit2_view route_code);

/* Returns ID without the id of SUITE and "::"; ID itself if SUITE is NULL. */
struct subunit2_view suite_name_of(const struct suite *suite, struct subunit2_view id);

void suites_close(struct suites *suites, struct suite *suite);
/* Frees all suites and the spools. Clear other spools of the writer first. */
void suites_clear(struct suites *suites);

#endif
