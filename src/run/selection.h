/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The selection: the scripts of a suite that a run runs, in their order, with the subtests that
 * were requested by name and have to be answered.
 */
#ifndef SELECTION_H
#define SELECTION_H

#include "suite.h"

#include <stdint.h>

struct choice {
	size_t script; /* index into the suite */
	struct string_list
		subtests;    /* requested ids, which begin with the script's and "::"; may repeat */
	int64_t expected_ns; /* how long it took in an earlier run; -1: not known */
	int64_t longest_ns;  /* how long it took at most; -1: not known */
	bool failed;         /* it failed when it ran last */
};

struct selection {
	struct choice *choices;
	size_t count, size;
};

/* Adds every script of the suite. */
void selection_add_all(struct selection *selection, const struct suite *suite);

/*
 * Adds the ids in LIST (LEN bytes, one id on each line, with LF or CRLF; blank lines are ignored),
 * in that order. An id is a script's, or a subtest's: then its script is the longest known id
 * before a "::". An unknown id is added to the suite as a script; if there is no such file, it
 * fails when it is run.
 */
void selection_add_list(struct selection *selection, struct suite *suite,
                        const struct script_options *options, const char *list, size_t len);

/* Adds a choice for ID, also if there is one already. Returns its index. */
size_t selection_add_id(struct selection *selection, struct suite *suite,
                        const struct script_options *options, const char *id);

/* Keeps the choices for whose script's id KEEP returns true. */
void selection_filter(struct selection *selection, const struct suite *suite,
                      bool (*keep)(void *context, const char *id), void *context);

/* Calls LOOK_UP for each choice, to fill in expected_ns, longest_ns and failed. */
void selection_look_up(struct selection *selection, const struct suite *suite,
                       void (*look_up)(void *context, const char *id, struct choice *choice),
                       void *context);

/* Moves the choices that failed to the front, without another change of the order. */
void selection_failed_first(struct selection *selection);

/* Puts the slowest first; an unknown time counts as the mean of the known ones. */
void selection_slowest_first(struct selection *selection, const struct suite *suite);

/*
 * Keeps the share SHARD (1 to SHARDS). Where times are known, the shares are balanced: the slowest
 * first, each to the share that has least. Otherwise, a script's share follows from its id alone
 * (FNV-1a, 64 bits, modulo SHARDS), so that an added script moves no other. The shares of one
 * selection are disjoint, and together they are all of it, on any machine.
 */
void selection_shard(struct selection *selection, const struct suite *suite, unsigned shard,
                     unsigned shards);

/* Puts the choices in a random order, which follows from SEED and the scripts alone. */
void selection_shuffle(struct selection *selection, const struct suite *suite, uint64_t seed);

/* Puts the choices in the order of the suite. */
void selection_keep_order(struct selection *selection);

void selection_clear(struct selection *selection);

#endif
