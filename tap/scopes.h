/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The names of the levels that are open, and the tests that wait for them.
 *
 * A path is a test's name after those of the levels around it: "OUTER::INNER".
 * It stands below the script's id, of which it holds nothing. Below a level whose
 * name is not known yet, paths are relative: they begin after that name.
 */
#ifndef TAP_SCOPES_H
#define TAP_SCOPES_H

#include "levels.h"
#include "names.h"
#include "waiting.h"

#define TAP_PATH_MAX 1024 /* bytes of the largest limit of a path */

struct tap_path {
	size_t len;
	uint64_t hash; /* for tap_names; 0: not known yet */
	char data[TAP_PATH_MAX];
};

struct tap_scope {
	bool named;
	bool taken;           /* the path is unique */
	bool judged;          /* its own test came before it */
	bool todo;            /* that test is TODO: failures here are expected */
	struct tap_path path; /* once it is named */
	size_t base_len;      /* of the path without the suffix that makes it unique */
	uint64_t number;      /* that its own test should have */
	uint64_t records;     /* held before it opened */
	size_t faults_len;    /* of the faults of open levels before it opened */
	size_t raw_len;       /* of the raw lines that were kept before it opened */
};

struct tap_scopes {
	struct tap_names names;
	struct tap_waiting waiting;
	size_t limit; /* bytes of a path; longer ones are cut between characters */
	size_t depth; /* of the newest level; 0 is the script */
	struct tap_scope at[TAP_LEVELS_MAX];
};

/* The path of level 0 is empty. */
void tap_scopes_init(struct tap_scopes *scopes, size_t limit);
void tap_scopes_free(struct tap_scopes *scopes);

/* Sets PATH to that of the test NAME at level AT; of "#NUMBER" if NAME is empty. NAME is valid
 * UTF-8. */
void tap_scopes_path(const struct tap_scopes *scopes, size_t at, struct tap_bytes name,
                     uint64_t number, struct tap_path *path);

/* Puts PREFIX and "::" before PATH, which becomes PREFIX if it is empty. */
void tap_scopes_prefix(const struct tap_scopes *scopes, struct tap_path *path,
                       struct tap_bytes prefix);

/* Returns the innermost of the levels up to AT that has no name; 0 if all have one. Paths at level
 * AT are relative to it. */
static inline size_t
tap_scopes_under(const struct tap_scopes *scopes, size_t at)
{
	while (at > 0 && scopes->at[at].named)
		at--;
	return at;
}

/* Return whether failures at the newest level are expected; or may become so, by the own test of an
 * open level, which comes after it. */
bool tap_scopes_are_todo(const struct tap_scopes *scopes);
bool tap_scopes_may_be_todo(const struct tap_scopes *scopes);

/* Opens a level; its own test should have NUMBER. */
void tap_scopes_open(struct tap_scopes *scopes, uint64_t number);

/* Prefetches for tap_scopes_take of PATH, which follows soon. */
static inline void
tap_scopes_expect(const struct tap_scopes *scopes, struct tap_path *path)
{
	path->hash = tap_names_hash(&scopes->names, path->data, path->len);
}

/* Makes PATH, which is not relative, unique among those used before. Returns false if memory
 * is short, as for all that follow. */
static inline bool
tap_scopes_take(struct tap_scopes *scopes, struct tap_path *path)
{
	if (!path->hash)
		tap_scopes_expect(scopes, path);
	return tap_names_take(&scopes->names, path->hash, path->data, &path->len, scopes->limit);
}

/* Gives the name PATH to level AT, and completes the paths that are relative to it. AT must have no
 * name yet, and all open levels above it must have one. */
bool tap_scopes_name(struct tap_scopes *scopes, size_t at, const struct tap_path *path);

/* Gives the name "#NUMBER" to each level from LOWEST on that has no name. LOWEST must not be 0. */
bool tap_scopes_name_all(struct tap_scopes *scopes, size_t lowest);

#endif
