/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "open_suites.h"

#include "memory.h"

#include <stddef.h>
#include <stdlib.h>

/* The search for a parent does at most this many look-ups, however many "::" the id has. */
#define DEPTH_MAX 32
#define PARENT_MAX 65536      /* bytes of an id; a longer one has no parent */
#define SPARE_KEY_MAX 512     /* bytes of a key for which the spare suite may have room */
#define SPOOL_MAX (256 << 10) /* bytes of each spool that are kept in memory */

void
open_suites_init(struct open_suites *suites)
{
	*suites = (struct open_suites){.hash_key = keyed_hash_new_key()};
	unique_names_init(&suites->no_names, " (", ")");
	spools_begin(&suites->spools, SPOOL_MAX);
}

static size_t
open_suites_key_len(struct subunit2_view id, struct subunit2_view route_code)
{
	return route_code.len + 1 + id.len;
}

/* Writes the key of a suite to KEY: route, NUL, id; an absent route counts as empty. */
static void
open_suites_write_key(char *key, struct subunit2_view id, struct subunit2_view route_code)
{
	if (route_code.len > 0)
		memcpy(key, route_code.data, route_code.len);
	key[route_code.len] = '\0';
	memcpy(key + route_code.len + 1, id.data, id.len);
}

/* Returns the key of a suite, valid until the next call. */
static struct subunit2_view
open_suites_key(struct open_suites *suites, struct subunit2_view id,
                struct subunit2_view route_code)
{
	size_t len = open_suites_key_len(id, route_code);
	suites->key = memory_grow(suites->key, &suites->key_size, len, 1);
	open_suites_write_key(suites->key, id, route_code);
	return (struct subunit2_view){suites->key, len};
}

static unsigned
open_suites_hash(const struct open_suites *suites, struct subunit2_view key)
{
	return (unsigned)keyed_hash(&suites->hash_key, key);
}

/* Returns true if KEY, whose last ID_LEN bytes are an id, is the key of ID and ROUTE_CODE. */
static bool
open_suites_key_matches(struct subunit2_view key, size_t id_len, struct subunit2_view id,
                        struct subunit2_view route_code)
{
	return id_len == id.len && key.len == open_suites_key_len(id, route_code) &&
	       memcmp(key.data + route_code.len + 1, id.data, id.len) == 0 &&
	       (!route_code.len || memcmp(key.data, route_code.data, route_code.len) == 0);
}

static bool
open_suites_is_empty(const struct open_suites *suites)
{
	return !suites->earlier && !suites->latest && suites->started.len == 0;
}

static bool
open_suites_is_started(const struct open_suites *suites, struct subunit2_view id,
                       struct subunit2_view route_code)
{
	return open_suites_key_matches(buffer_view(&suites->started), suites->started_id_len, id,
	                               route_code);
}

static struct open_suite *
open_suites_new_suite(struct open_suites *suites, struct subunit2_view key, size_t id_len)
{
	struct open_suite *suite = suites->spare;
	size_t size = key.len;
	if (suite && key.len <= suite->key_size) {
		size = suite->key_size;
		suites->spare = NULL;
		memset(suite, 0, offsetof(struct open_suite, names));
	} else {
		suite = memory_have(malloc(sizeof(*suite) + size));
		memset(suite, 0, sizeof(*suite));
	}
	suite->names = suites->no_names;
	suite->key_size = size;
	suite->key = (struct subunit2_view){memcpy(suite + 1, key.data, key.len), key.len};
	suite->id = (struct subunit2_view){suite->key.data + key.len - id_len, id_len};
	return suite;
}

/* Opens the suite of the script STARTED, if there is such a script. */
static void
open_suites_open_started(struct open_suites *suites)
{
	struct open_suite *latest = suites->latest;
	if (suites->started.len == 0)
		return;
	if (latest)
		HASH_ADD_KEYPTR_BYHASHVALUE(hh, suites->earlier, latest->key.data, latest->key.len,
		                            open_suites_hash(suites, latest->key), latest);
	suites->latest = open_suites_new_suite(suites, buffer_view(&suites->started),
	                                       suites->started_id_len);
	suites->started.len = 0;
}

/* Returns the open suite of script ID, or NULL. Does not open that of the script STARTED. */
static struct open_suite *
open_suites_find(struct open_suites *suites, struct subunit2_view id,
                 struct subunit2_view route_code)
{
	struct open_suite *suite = suites->latest;
	if (suite && open_suites_key_matches(suite->key, suite->id.len, id, route_code))
		return suite;
	if (!suites->earlier)
		return NULL;
	struct subunit2_view key = open_suites_key(suites, id, route_code);
	HASH_FIND_BYHASHVALUE(hh, suites->earlier, key.data, key.len, open_suites_hash(suites, key),
	                      suite);
	return suite;
}

struct open_suite *
open_suites_of_script(struct open_suites *suites, struct subunit2_view id,
                      struct subunit2_view route_code)
{
	if (open_suites_is_started(suites, id, route_code))
		open_suites_open_started(suites);
	return open_suites_find(suites, id, route_code);
}

struct open_suite *
open_suites_first(struct open_suites *suites)
{
	open_suites_open_started(suites);
	return suites->earlier ? suites->earlier : suites->latest;
}

/* Makes script ID the script STARTED, which has no suite yet. */
static void
open_suites_set_started(struct open_suites *suites, struct subunit2_view id,
                        struct subunit2_view route_code)
{
	struct buffer *started = &suites->started;
	size_t len = open_suites_key_len(id, route_code);
	char *key = started->size >= len ? started->data : buffer_reserve(started, len);
	open_suites_write_key(key, id, route_code);
	started->len = len;
	suites->started_id_len = id.len;
}

void
open_suites_begin(struct open_suites *suites, struct subunit2_view id,
                  struct subunit2_view route_code)
{
	if (!open_suites_is_empty(suites)) {
		if (open_suites_is_started(suites, id, route_code) ||
		    open_suites_find(suites, id, route_code))
			return;
		open_suites_open_started(suites);
	}
	open_suites_set_started(suites, id, route_code);
}

bool
open_suites_end_lone_script(struct open_suites *suites, struct subunit2_view id,
                            struct subunit2_view route_code)
{
	if (!open_suites_is_started(suites, id, route_code))
		return false;
	suites->started.len = 0;
	return true;
}

struct open_suite *
open_suites_of_assertion(struct open_suites *suites, struct subunit2_view id,
                         struct subunit2_view route_code)
{
	struct open_suite *suite = NULL;
	if (open_suites_is_empty(suites) || id.len > PARENT_MAX)
		return NULL;
	const char *colon = id.data + id.len;
	for (int depth = 0; depth < DEPTH_MAX && !suite; depth++) {
		do {
			colon = memrchr(id.data, ':', (size_t)(colon - id.data));
			if (!colon || colon == id.data)
				return NULL;
		} while (colon[-1] != ':');
		struct subunit2_view script = {id.data, (size_t)(colon - 1 - id.data)};
		suite = open_suites_of_script(suites, script, route_code);
	}
	return suite;
}

struct subunit2_view
open_suite_assertion_name(const struct open_suite *suite, struct subunit2_view id)
{
	if (!suite)
		return id;
	size_t skipped = suite->id.len + 2;
	return (struct subunit2_view){id.data + skipped, id.len - skipped};
}

void
open_suites_close(struct open_suites *suites, struct open_suite *suite)
{
	if (suite == suites->latest)
		suites->latest = NULL;
	else
		HASH_DEL(suites->earlier, suite);
	spool_clear(&suites->spools, &suite->body);
	spool_clear(&suites->spools, &suite->tail);
	unique_names_clear(&suite->names);
	buffer_clear(&suite->mark);
	/* Keep the larger one of SUITE and the spare suite. */
	if (suite->key_size <= SPARE_KEY_MAX &&
	    (!suites->spare || suites->spare->key_size < suite->key_size)) {
		struct open_suite *smaller = suites->spare;
		suites->spare = suite;
		suite = smaller;
	}
	free(suite);
}

void
open_suites_clear(struct open_suites *suites)
{
	struct open_suite *suite;
	suites->started.len = 0;
	while ((suite = open_suites_first(suites)))
		open_suites_close(suites, suite);
	spools_end(&suites->spools);
	buffer_clear(&suites->started);
	free(suites->spare);
	free(suites->key);
}
