/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The selection: which scripts of a suite a run runs, in which order, and which
 * of their subtests were asked for by name and have to be answered.
 */
#ifndef SELECTION_H
#define SELECTION_H

#include "suite.h"

#include <stdint.h>

struct choice {
	size_t script; /* index into the suite */
	struct string_list
		subtests;    /* the parts after "SCRIPT::" of the ids asked for, perhaps repeated */
	int64_t expected_ns; /* how long it took before; -1: not known */
	int64_t longest_ns;  /* how long it took at most; -1: not known */
	bool failed;         /* it failed when it ran last */
};

struct selection {
	struct choice *choices;
	size_t count, size;
};

/* Every script of the suite. */
void selection_add_all(struct selection *selection, const struct suite *suite);

/*
 * The ids in LIST (LEN bytes, an id a line; CRLF, blank lines and lines of
 * blanks are fine), in that order. An id is a script's, or a subtest's: then its
 * script is the longest known id before a "::". An unknown script
 * is added to the suite; if its file does not exist, it fails when it runs.
 */
void selection_add_list(struct selection *selection, struct suite *suite,
                        const struct script_options *options, const char *list, size_t len);

/* Adds a choice for ID, even if it was chosen before. Returns its index. */
size_t selection_add_id(struct selection *selection, struct suite *suite,
                        const struct script_options *options, const char *id);

/* Keeps the choices for which KEEP says so of the script's id. */
void selection_filter(struct selection *selection, const struct suite *suite,
                      bool (*keep)(void *context, const char *id), void *context);

/* Calls LOOK_UP for each choice, to fill in expected_ns, longest_ns and failed. */
void selection_look_up(struct selection *selection, const struct suite *suite,
                       void (*look_up)(void *context, const char *id, struct choice *choice),
                       void *context);

/* Moves the choices that failed to the front, without another change of the order. */
void selection_failed_first(struct selection *selection);

/* Sorts the slowest first; a script without a known time counts as the mean of the others. */
void selection_slowest_first(struct selection *selection, const struct suite *suite);

/*
 * Keeps the share SHARD (1 to SHARDS). Where times are known the shares are
 * balanced: slowest first, each to the share that has least; else a script's
 * share follows from its id alone (FNV-1a, 64 bits, modulo SHARDS), so that
 * adding a script moves no other. The shares of one selection are disjoint and
 * together all of it, on every machine.
 */
void selection_shard(struct selection *selection, const struct suite *suite, unsigned shard,
                     unsigned shards);

/* The same SEED gives the same order of the same scripts, everywhere. */
void selection_shuffle(struct selection *selection, const struct suite *suite, uint64_t seed);

/* Puts the choices in the order of the suite. */
void selection_keep_order(struct selection *selection);

void selection_clear(struct selection *selection);

#endif
