/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "selection.h"

#include "memory.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct choice *
selection_add(struct selection *selection, size_t script)
{
	selection->choices = memory_grow(selection->choices, &selection->size, selection->count + 1,
	                                 sizeof(*selection->choices));
	struct choice *choice = &selection->choices[selection->count++];
	*choice = (struct choice){.script = script, .expected_ns = -1, .longest_ns = -1};
	return choice;
}

void
selection_add_all(struct selection *selection, const struct suite *suite)
{
	for (size_t i = 0; i < suite->count; i++)
		selection_add(selection, i);
}

static bool
selection_file_exists(const struct script_options *options, const char *id)
{
	struct script script;
	struct stat about;
	script_of_id(&script, options, id);
	bool exists = stat(script.path, &about) == 0;
	script_clear(&script);
	return exists;
}

/* Returns the script of ID: the one with this id, or with the longest known part of it before a
 * "::"; no file has a longer path than PATH_MAX. An unknown id is added as a script. */
static size_t
selection_script_of(struct suite *suite, const struct script_options *options, const char *id)
{
	size_t len = strlen(id), longest = len < PATH_MAX ? len : PATH_MAX;
	long found = suite_find(suite, id, len);
	for (size_t end = longest; found < 0 && end-- > 1;)
		if (id[end] == ':' && id[end + 1] == ':')
			found = suite_find(suite, id, end);
	for (size_t end = longest; found < 0 && end; end--) {
		if (end != len && !(id[end] == ':' && id[end + 1] == ':'))
			continue;
		char *script = memory_copy_len(id, end);
		if (selection_file_exists(options, script)) {
			suite_add_id(suite, options, script);
			found = suite_find(suite, script, end);
		}
		free(script);
	}
	if (found < 0) {
		suite_add_id(suite, options, id);
		found = suite_find(suite, id, len);
	}
	return (size_t)found;
}

size_t
selection_add_id(struct selection *selection, struct suite *suite,
                 const struct script_options *options, const char *id)
{
	size_t script = selection_script_of(suite, options, id);
	struct choice *choice = selection_add(selection, script);
	if (strcmp(suite->scripts[script].id, id) != 0)
		string_list_add(&choice->subtests, id);
	return selection->count - 1;
}

static void
selection_add_id_once(struct selection *selection, struct suite *suite,
                      const struct script_options *options, const char *id, long **chosen,
                      size_t *known)
{
	size_t script = selection_script_of(suite, options, id);
	if (suite->count > *known) {
		*chosen = memory_resize(*chosen, suite->count, sizeof(**chosen));
		for (; *known < suite->count; ++*known)
			(*chosen)[*known] = -1;
	}
	if ((*chosen)[script] < 0) {
		(*chosen)[script] = (long)selection->count;
		selection_add(selection, script);
	}
	struct choice *choice = &selection->choices[(*chosen)[script]];
	if (strcmp(suite->scripts[script].id, id) != 0)
		string_list_add(&choice->subtests, id);
}

static bool
selection_is_blank(const char *text, const char *end)
{
	while (text < end && (*text == ' ' || *text == '\t'))
		text++;
	return text == end;
}

void
selection_add_list(struct selection *selection, struct suite *suite,
                   const struct script_options *options, const char *list, size_t len)
{
	long *chosen = NULL; /* by script: the index of its choice, or -1 */
	size_t known = 0;
	for (const char *end = list + len; list < end;) {
		const char *newline = memchr(list, '\n', (size_t)(end - list));
		const char *stop = newline ? newline : end, *next = newline ? newline + 1 : end;
		if (stop > list && stop[-1] == '\r')
			stop--;
		if (!selection_is_blank(list, stop)) {
			char *id = script_id(list, (size_t)(stop - list));
			selection_add_id_once(selection, suite, options, id, &chosen, &known);
			free(id);
		}
		list = next;
	}
	free(chosen);
}

static void
selection_drop(struct choice *choice)
{
	string_list_clear(&choice->subtests);
}

void
selection_filter(struct selection *selection, const struct suite *suite,
                 bool (*keep)(void *context, const char *id), void *context)
{
	size_t kept = 0;
	for (size_t i = 0; i < selection->count; i++) {
		struct choice *choice = &selection->choices[i];
		if (keep(context, suite->scripts[choice->script].id))
			selection->choices[kept++] = *choice;
		else
			selection_drop(choice);
	}
	selection->count = kept;
}

void
selection_look_up(struct selection *selection, const struct suite *suite,
                  void (*look_up)(void *context, const char *id, struct choice *choice),
                  void *context)
{
	for (size_t i = 0; i < selection->count; i++) {
		struct choice *choice = &selection->choices[i];
		look_up(context, suite->scripts[choice->script].id, choice);
	}
}

void
selection_failed_first(struct selection *selection)
{
	struct choice *sorted = memory_zeroed(selection->size + 1, sizeof(*sorted));
	size_t count = 0;
	for (int failed = 1; failed >= 0; failed--)
		for (size_t i = 0; i < selection->count; i++)
			if (selection->choices[i].failed == failed)
				sorted[count++] = selection->choices[i];
	free(selection->choices);
	selection->choices = sorted;
}

/* Returns the sum, or INT64_MAX if that is less: a stream may hold any times. */
static int64_t
selection_sum_ns(int64_t a, int64_t b)
{
	int64_t sum;
	return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

/* Returns the time that stands for an unknown one: the mean; -1 if no time is known. */
static int64_t
selection_mean_ns(const struct selection *selection)
{
	int64_t sum = 0, known = 0;
	for (size_t i = 0; i < selection->count; i++) {
		if (selection->choices[i].expected_ns < 0)
			continue;
		sum = selection_sum_ns(sum, selection->choices[i].expected_ns);
		known++;
	}
	return known ? sum / known : -1;
}

/* A choice with the key it is sorted by. Ids break ties, so that the order does
 * not depend on the order in which scripts were named. */
struct rank {
	uint64_t key;
	const char *id;
	struct choice choice;
};

static int
selection_by_key(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return strcmp(x->id, y->id);
}

static void
selection_sort(struct selection *selection, const struct suite *suite,
               uint64_t (*key)(const struct choice *choice, const char *id, uint64_t parameter),
               uint64_t parameter)
{
	struct rank *ranks = memory_zeroed(selection->count, sizeof(*ranks));
	for (size_t i = 0; i < selection->count; i++) {
		ranks[i].choice = selection->choices[i];
		ranks[i].id = suite->scripts[ranks[i].choice.script].id;
		ranks[i].key = key(&ranks[i].choice, ranks[i].id, parameter);
	}
	qsort(ranks, selection->count, sizeof(*ranks), selection_by_key);
	for (size_t i = 0; i < selection->count; i++)
		selection->choices[i] = ranks[i].choice;
	free(ranks);
}

static uint64_t
selection_slowest_key(const struct choice *choice, const char *id, uint64_t mean)
{
	(void)id;
	return UINT64_MAX - (choice->expected_ns < 0 ? mean : (uint64_t)choice->expected_ns);
}

void
selection_slowest_first(struct selection *selection, const struct suite *suite)
{
	int64_t mean = selection_mean_ns(selection);
	if (mean >= 0)
		selection_sort(selection, suite, selection_slowest_key, (uint64_t)mean);
}

/* FNV-1a, 64 bits. */
static uint64_t
selection_hash(const char *text, uint64_t state)
{
	for (; *text; text++)
		state = (state ^ (unsigned char)*text) * 0x100000001b3u;
	return state;
}

#define HASH_START 0xcbf29ce484222325u

static unsigned
selection_least_loaded(const int64_t *load_ns, unsigned shards)
{
	unsigned least = 0;
	for (unsigned i = 1; i < shards; i++)
		if (load_ns[i] < load_ns[least])
			least = i;
	return least;
}

void
selection_shard(struct selection *selection, const struct suite *suite, unsigned shard,
                unsigned shards)
{
	int64_t mean = selection_mean_ns(selection);
	int64_t *load_ns = memory_zeroed(shards, sizeof(*load_ns));
	size_t kept = 0;
	selection_slowest_first(selection, suite);
	for (size_t i = 0; i < selection->count; i++) {
		struct choice *choice = &selection->choices[i];
		unsigned to =
			(unsigned)(selection_hash(suite->scripts[choice->script].id, HASH_START) %
		                   shards);
		if (mean >= 0) {
			to = selection_least_loaded(load_ns, shards);
			/* Where all took no time at all, counts balance them. */
			int64_t more_ns = choice->expected_ns < 0 ? mean : choice->expected_ns;
			load_ns[to] = selection_sum_ns(load_ns[to], selection_sum_ns(more_ns, 1));
		}
		if (to == shard - 1)
			selection->choices[kept++] = *choice;
		else
			selection_drop(choice);
	}
	selection->count = kept;
	free(load_ns);
}

/* The hash's low bits alone are too regular to shuffle by (splitmix64's end). */
static uint64_t
selection_shuffle_key(const struct choice *choice, const char *id, uint64_t seed)
{
	(void)choice;
	uint64_t key = selection_hash(id, HASH_START ^ seed * 0x9e3779b97f4a7c15u);
	key = (key ^ key >> 30) * 0xbf58476d1ce4e5b9u;
	key = (key ^ key >> 27) * 0x94d049bb133111ebu;
	return key ^ key >> 31;
}

void
selection_shuffle(struct selection *selection, const struct suite *suite, uint64_t seed)
{
	selection_sort(selection, suite, selection_shuffle_key, seed);
}

static int
selection_by_script(const void *a, const void *b)
{
	const struct choice *x = a, *y = b;
	return (x->script > y->script) - (x->script < y->script);
}

void
selection_keep_order(struct selection *selection)
{
	if (selection->count)
		qsort(selection->choices, selection->count, sizeof(*selection->choices),
		      selection_by_script);
}

void
selection_clear(struct selection *selection)
{
	for (size_t i = 0; i < selection->count; i++)
		selection_drop(&selection->choices[i]);
	free(selection->choices);
	*selection = (struct selection){0};
}
