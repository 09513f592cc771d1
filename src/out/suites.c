#include "suites.h"

#include "memory.h"

#include <stdlib.h>

/* Looking for a parent costs no more look-ups than this, whatever the id. */
#define DEPTH_MAX 32
#define PARENT_MAX 65536 /* bytes */

/* The key of (ID, ROUTE_CODE), in suites->key; an absent route is an empty one. */
static size_t
make_key(struct suites *suites, struct subunit2_view id, struct subunit2_view route_code)
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
	return len;
}

struct suite *
suites_named(struct suites *suites, struct subunit2_view id, struct subunit2_view route_code)
{
	struct suite *suite = NULL;
	if (!suites->open)
		return NULL;
	size_t len = make_key(suites, id, route_code);
	HASH_FIND(hh, suites->open, suites->key, len, suite);
	return suite;
}

void
suites_see(struct suites *suites, const struct subunit2_event *event)
{
	if (!event->runnable || event->status != SUBUNIT2_INPROGRESS ||
	    !subunit2_view_present(event->test_id) ||
	    suites_named(suites, event->test_id, event->route_code))
		return;
	size_t len = make_key(suites, event->test_id, event->route_code);
	struct suite *suite = memory_zeroed(1, sizeof(*suite));
	suite->key = memory_resize(NULL, len, 1);
	memcpy(suite->key, suites->key, len);
	suite->id =
		(struct subunit2_view){suite->key + event->route_code.len + 1, event->test_id.len};
	HASH_ADD_KEYPTR(hh, suites->open, suite->key, len, suite);
}

struct suite *
suites_parent(struct suites *suites, struct subunit2_view id, struct subunit2_view route_code)
{
	struct suite *suite = NULL;
	if (!suites->open || id.len > PARENT_MAX)
		return NULL;
	size_t at = id.len;
	for (int depth = 0; depth < DEPTH_MAX && !suite; depth++) {
		do {
			if (at-- <= 1)
				return NULL;
		} while (id.data[at] != ':' || id.data[at - 1] != ':');
		struct subunit2_view script = {id.data, at - 1};
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
	free(suite->key);
	free(suite);
}

void
suites_clear(struct suites *suites)
{
	struct suite *suite, *next;
	HASH_ITER(hh, suites->open, suite, next)
	suites_close(suites, suite);
	free(suites->key);
	*suites = (struct suites){0};
}
