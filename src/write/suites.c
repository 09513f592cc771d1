/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "suites.h"

#include "memory.h"

#include <stddef.h>
#include <stdlib.h>

/* The search for a parent does at most this many look-ups, however many "::" the id has. */
#define DEPTH_MAX 32
#define PARENT_MAX 65536      /* bytes of an id; a longer one has no parent */
#define SPARE_KEY_MAX 512     /* bytes of a key for which the spare suite may have room */
#define SPOOL_MAX (256 << 10) /* bytes of each spool that are kept in memory */

void
suites_init(struct suites *suites)
{
	*suites = (struct suites){.hash_key = keyed_hash_new_key()};
	unique_names_init(&suites->no_names, " (", ")");
	spools_begin(&suites->spools, SPOOL_MAX);
}

static size_t
suites_key_len(struct subunit2_view id, struct subunit2_view route_code)
{
	return route_code.len + 1 + id.len;
}

/* Writes the key of a suite to KEY: route, NUL, id; an absent route counts as empty. */
static void
suites_write_key(char *key, struct subunit2_view id, struct subunit2_view route_code)
{
	if (route_code.len > 0)
		memcpy(key, route_code.data, route_code.len);
	key[route_code.len] = '\0';
	memcpy(key + route_code.len + 1, id.data, id.len);
}

/* Returns the key of a suite, valid until the next call. */
static struct subunit2_view
suites_key_of(struct suites *suites, struct subunit2_view id, struct subunit2_view route_code)
{
	size_t len = suites_key_len(id, route_code);
	suites->key = memory_grow(suites->key, &suites->key_size, len, 1);
	suites_write_key(suites->key, id, route_code);
	return (struct subunit2_view){suites->key, len};
}

static unsigned
suites_hash_of(const struct suites *suites, struct subunit2_view key)
{
	return (unsigned)keyed_hash(&suites->hash_key, key);
}

/* Returns true if KEY, whose last ID_LEN bytes are an id, is the key of ID and ROUTE_CODE. */
static bool
suites_key_is(struct subunit2_view key, size_t id_len, struct subunit2_view id,
              struct subunit2_view route_code)
{
	return id_len == id.len && key.len == suites_key_len(id, route_code) &&
	       memcmp(key.data + route_code.len + 1, id.data, id.len) == 0 &&
	       (!route_code.len || memcmp(key.data, route_code.data, route_code.len) == 0);
}

static bool
suites_are_none(const struct suites *suites)
{
	return !suites->earlier && !suites->latest && suites->started.len == 0;
}

static bool
suites_is_started(const struct suites *suites, struct subunit2_view id,
                  struct subunit2_view route_code)
{
	return suites_key_is(buffer_view(&suites->started), suites->started_id_len, id, route_code);
}

static struct suite *
suites_new_suite(struct suites *suites, struct subunit2_view key, size_t id_len)
{
	struct suite *suite = suites->spare;
	size_t size = key.len;
	if (suite && key.len <= suite->key_size) {
		size = suite->key_size;
		suites->spare = NULL;
		memset(suite, 0, offsetof(struct suite, names));
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
suites_open_started(struct suites *suites)
{
	struct suite *latest = suites->latest;
	if (suites->started.len == 0)
		return;
	if (latest)
		HASH_ADD_KEYPTR_BYHASHVALUE(hh, suites->earlier, latest->key.data, latest->key.len,
		                            suites_hash_of(suites, latest->key), latest);
	suites->latest =
		suites_new_suite(suites, buffer_view(&suites->started), suites->started_id_len);
	suites->started.len = 0;
}

/* Returns the open suite of script ID, or NULL. Does not open that of the script STARTED. */
static struct suite *
suites_find(struct suites *suites, struct subunit2_view id, struct subunit2_view route_code)
{
	struct suite *suite = suites->latest;
	if (suite && suites_key_is(suite->key, suite->id.len, id, route_code))
		return suite;
	if (!suites->earlier)
		return NULL;
	struct subunit2_view key = suites_key_of(suites, id, route_code);
	HASH_FIND_BYHASHVALUE(hh, suites->earlier, key.data, key.len, suites_hash_of(suites, key),
	                      suite);
	return suite;
}

struct suite *
suites_named(struct suites *suites, struct subunit2_view id, struct subunit2_view route_code)
{
	if (suites_is_started(suites, id, route_code))
		suites_open_started(suites);
	return suites_find(suites, id, route_code);
}

struct suite *
suites_first(struct suites *suites)
{
	suites_open_started(suites);
	return suites->earlier ? suites->earlier : suites->latest;
}

/* Makes script ID the script STARTED, which has no suite yet. */
static void
suites_start(struct suites *suites, struct subunit2_view id, struct subunit2_view route_code)
{
	struct buffer *started = &suites->started;
	size_t len = suites_key_len(id, route_code);
	char *key = started->size >= len ? started->data : buffer_reserve(started, len);
	suites_write_key(key, id, route_code);
	started->len = len;
	suites->started_id_len = id.len;
}

void
suites_begin(struct suites *suites, struct subunit2_view id, struct subunit2_view route_code)
{
	if (!suites_are_none(suites)) {
		if (suites_is_started(suites, id, route_code) ||
		    suites_find(suites, id, route_code))
			return;
		suites_open_started(suites);
	}
	suites_start(suites, id, route_code);
}

bool
suites_close_started(struct suites *suites, struct subunit2_view id,
                     struct subunit2_view route_code)
{
	if (!suites_is_started(suites, id, route_code))
		return false;
	suites->started.len = 0;
	return true;
}

struct suite *
suites_parent(struct suites *suites, struct subunit2_view id, struct subunit2_view route_code)
{
	struct suite *suite = NULL;
	if (suites_are_none(suites) || id.len > PARENT_MAX)
		return NULL;
	const char *colon = id.data + id.len;
	for (int depth = 0; depth < DEPTH_MAX && !suite; depth++) {
		do {
			colon = memrchr(id.data, ':', (size_t)(colon - id.data));
			if (!colon || colon == id.data)
				return NULL;
		} while (colon[-1] != ':');
		struct subunit2_view script = {id.data, (size_t)(colon - 1 - id.data)};
		suite = suites_named(suites, script, route_code);
	}
	return suite;
}

struct subunit2_view
suite_name_of(const struct suite *suite, struct subunit2_view id)
{
	if (!suite)
		return id;
	size_t skipped = suite->id.len + 2;
	return (struct subunit2_view){id.data + skipped, id.len - skipped};
}

void
suites_close(struct suites *suites, struct suite *suite)
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
		struct suite *smaller = suites->spare;
		suites->spare = suite;
		suite = smaller;
	}
	free(suite);
}

void
suites_clear(struct suites *suites)
{
	struct suite *suite;
	suites->started.len = 0;
	while ((suite = suites_first(suites)))
		suites_close(suites, suite);
	spools_end(&suites->spools);
	buffer_clear(&suites->started);
	free(suites->spare);
	free(suites->key);
}
