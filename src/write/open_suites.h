/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The open suites: the scripts that are running, by test id and route, each with the text that was
 * written for its assertions. Formats in which the assertions of a script stand together keep the
 * text here, since scripts run in parallel.
 */
#ifndef OPEN_SUITES_H
#define OPEN_SUITES_H

#include "buffer.h"
#include "case_totals.h"
#include "keyed_hash.h"
#include "spool.h"
#include "unique_names.h"

#include <subunit2/event.h>

#include <uthash.h>

struct open_suite {
	struct subunit2_view
		key; /* see open_suites.c; allocated with the suite; ID is a part of it */
	struct subunit2_view id;
	/* Of its assertions, counted by the writer. If HAS_SCRIPT, the times are those of the
	 * script. */
	struct case_totals totals;
	bool has_script;
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

struct open_suites {
	struct open_suite *earlier; /* all but the latest, in the order in which they began */
	/* The suite that was opened last. It is not in the table, which stays empty while scripts
	 * run one after the other. */
	struct open_suite *latest;
	/* The script that began last, if it has no suite yet: its key, and the length of its id. A
	 * suite is opened only when it is needed; most tests end without one, which saves 150
	 * instructions each. Empty: there is no such script. */
	struct buffer started;
	size_t started_id_len;
	char *key; /* of the last look-up; see open_suites.c */
	size_t key_size;
	struct keyed_hash_key hash_key;
	struct unique_names no_names; /* the first value of a suite's NAMES */
	struct open_suite *spare;     /* memory of a closed suite, for the next one; or NULL */
	struct spools spools;         /* also of other spools of the writer */
};

void open_suites_init(struct open_suites *suites);

/* Begins script ID, unless its suite is open. The suite is opened when it is needed. */
void open_suites_begin(struct open_suites *suites, struct subunit2_view id,
                       struct subunit2_view route_code);

/* Begins a script if EVENT starts a runnable test. */
static inline void
open_suites_on_event(struct open_suites *suites, const struct subunit2_event *event)
{
	if (event->runnable && event->status == SUBUNIT2_STATUS_INPROGRESS &&
	    subunit2_view_present(event->test_id))
		open_suites_begin(suites, event->test_id, event->route_code);
}

/* Ends script ID and returns true if it needs no suite: since its start, neither another script nor
 * one of its assertions came. Otherwise returns false; open_suites_of_script may find its suite. */
bool open_suites_end_lone_script(struct open_suites *suites, struct subunit2_view id,
                                 struct subunit2_view route_code);

/* Returns the open suite that began first, or NULL. */
struct open_suite *open_suites_first(struct open_suites *suites);

/* Returns the open suite whose script is test ID itself, or NULL. */
struct open_suite *open_suites_of_script(struct open_suites *suites, struct subunit2_view id,
                                         struct subunit2_view route_code);

/* Returns the open suite of the longest SCRIPT with which test ID ("SCRIPT::NAME") begins, or
 * NULL. */
struct open_suite *open_suites_of_assertion(struct open_suites *suites, struct subunit2_view id,
                                            struct subunit2_view route_code);

/* Returns ID without the id of SUITE and "::"; ID itself if SUITE is NULL. */
struct subunit2_view open_suite_assertion_name(const struct open_suite *suite,
                                               struct subunit2_view id);

void open_suites_close(struct open_suites *suites, struct open_suite *suite);
/* Frees all suites and the spools. Clear other spools of the writer first. */
void open_suites_clear(struct open_suites *suites);

#endif
