#include "suites.h"

#include "memory.h"

#include <stdlib.h>

/* Looking for a parent costs no more look-ups than this, whatever the id. */
#define DEPTH_MAX 32
#define PARENT_MAX 65536 /* bytes */

/* What suites are found by: route, NUL, id; an absent route is an empty one. */
struct key {
	struct subunit2_view bytes;
	unsigned hash;
};

void
suites_init(struct suites *suites)
{
	*suites = (struct suites){.hash_key = subunit2_hash_key_random()};
}

/* Valid until the next one is made. */
static struct key
key_of(struct suites *suites, struct subunit2_view id, struct subunit2_view route_code)
{
	size_t len = route_code.len + 1 + id.len;
	if (len > suites->key_size) {
		suites->key_size = 2 * len;
		suites->key = memory_resize(suites->key, suites->key_size, 1);
	}
	if (route_code.len > 0)
		memcpy(suites->key, route_code.data, route_code.len);
	suites->key[route_code.len] = '\0';
	memcpy(suites->key + route_code.len + 1, id.data, id.len);
	struct subunit2_view bytes = {suites->key, len};
	return (struct key){bytes, (unsigned)subunit2_hash(&suites->hash_key, bytes)};
}

static struct suite *
find(struct suites *suites, struct key key)
{
	struct suite *suite;
	HASH_FIND_BYHASHVALUE(hh, suites->open, key.bytes.data, key.bytes.len, key.hash, suite);
	return suite;
}

struct suite *
suites_named(struct suites *suites, struct subunit2_view id, struct subunit2_view route_code)
{
	return suites->open ? find(suites, key_of(suites, id, route_code)) : NULL;
}

void
suites_see(struct suites *suites, const struct subunit2_event *event)
{
	struct subunit2_view id = event->test_id;
	if (!event->runnable || event->status != SUBUNIT2_INPROGRESS || !subunit2_view_present(id))
		return;
	struct key key = key_of(suites, id, event->route_code);
	size_t len = key.bytes.len;
	if (find(suites, key))
		return;
	struct suite *suite = memory_zeroed(1, sizeof(*suite) + len);
	char *kept = memcpy(suite + 1, key.bytes.data, len);
	suite->id = (struct subunit2_view){kept + len - id.len, id.len};
	HASH_ADD_KEYPTR_BYHASHVALUE(hh, suites->open, kept, len, key.hash, suite);
}

struct suite *
suites_parent(struct suites *suites, struct subunit2_view id, struct subunit2_view route_code)
{
	struct suite *suite = NULL;
	if (!suites->open || id.len > PARENT_MAX)
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

static FILE *
file_of(struct spool **spool)
{
	if (!*spool)
		*spool = spool_new();
	return spool_file(*spool);
}

FILE *
suite_body(struct suite *suite)
{
	return file_of(&suite->body);
}

FILE *
suite_tail(struct suite *suite)
{
	return file_of(&suite->tail);
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
	HASH_DEL(suites->open, suite);
	spool_free(suite->body);
	spool_free(suite->tail);
	free(suite);
}

void
suites_clear(struct suites *suites)
{
	struct suite *suite, *next;
	HASH_ITER(hh, suites->open, suite, next)
	suites_close(suites, suite);
	free(suites->key);
}
