#include "labels.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

/* A run of segments, counted from the end of the path: 0 is the last. */
struct window {
	size_t from_end, count;
};

static struct strings
segments_of(const char *path)
{
	struct strings segments = {0};
	while (*path) {
		size_t len = strcspn(path, "/");
		bool says_something = len && !(len == 1 && *path == '.');
		if (says_something)
			strings_take(&segments, memory_copy_len(path, len));
		path += len;
		path += *path == '/';
	}
	if (!segments.count)
		strings_add(&segments, ".");
	return segments;
}

static const char *
segment(const struct strings *segments, size_t from_end)
{
	return segments->items[segments->count - 1 - from_end];
}

static bool
same(const struct strings *a, const struct strings *b, struct window window)
{
	if (b->count < window.from_end + window.count)
		return false;
	for (size_t i = 0; i < window.count; i++)
		if (strcmp(segment(a, window.from_end + i), segment(b, window.from_end + i)) != 0)
			return false;
	return true;
}

static bool
is_unique(const struct strings *all, size_t count, size_t of, struct window window)
{
	for (size_t i = 0; i < count; i++)
		if (i != of && same(&all[of], &all[i], window))
			return false;
	return true;
}

/* The last segment when none tells the path from the others. */
static struct window
find(const struct strings *all, size_t count, size_t of)
{
	size_t segments = all[of].count;
	struct window window;
	for (window.count = 1; window.count <= segments; window.count++)
		for (window.from_end = 0; window.from_end + window.count <= segments;
		     window.from_end++)
			if (is_unique(all, count, of, window))
				return window;
	return (struct window){0, segments};
}

/* The window's segments, and no file's ending at its end. */
static char *
text_of(const struct strings *segments, struct window window)
{
	char *text = memory_copy("");
	for (size_t i = window.count; i-- > 0;) {
		const char *next = segment(segments, window.from_end + i);
		const char *dot = strrchr(next, '.');
		bool last = window.from_end + i == 0;
		int len = (int)(last && dot && dot > next ? (size_t)(dot - next) : strlen(next));
		char *longer = memory_format("%s%s%.*s", text, *text ? "/" : "", len, next);
		free(text);
		text = longer;
	}
	return text;
}

/* A label that was given out, and the number with which its text is tried next. */
struct given {
	unsigned number;
	UT_hash_handle hh;
	char text[];
};

/* False when TEXT was given out already; *SAME is that label then. */
static bool
give(struct given **all, const char *text, struct given **same)
{
	size_t len = strlen(text);
	HASH_FIND(hh, *all, text, len, *same);
	if (*same)
		return false;
	struct given *label = memory_zeroed(1, sizeof(*label) + len + 1);
	label->number = 2;
	memcpy(label->text, text, len);
	HASH_ADD(hh, *all, text, len, label);
	return true;
}

/* TEXT, or one that was not given out yet: paths may be equal, and without their
 * endings others may have become so. */
static char *
unused(struct given **all, char *text)
{
	struct given *first, *same;
	if (give(all, text, &first))
		return text;
	char *candidate = memory_format("%s#%u", text, first->number++);
	while (!give(all, candidate, &same)) {
		free(candidate);
		candidate = memory_format("%s#%u", text, first->number++);
	}
	free(text);
	return candidate;
}

static void
forget(struct given *all)
{
	struct given *label, *next;
	HASH_ITER(hh, all, label, next)
	{
		HASH_DEL(all, label);
		free(label);
	}
}

void
labels_of_paths(struct strings *labels, const char *const *paths, size_t count)
{
	struct strings *all = memory_zeroed(count, sizeof(*all));
	struct given *given = NULL;
	for (size_t i = 0; i < count; i++)
		all[i] = segments_of(paths[i]);
	for (size_t i = 0; i < count; i++)
		strings_take(labels, unused(&given, text_of(&all[i], find(all, count, i))));
	for (size_t i = 0; i < count; i++)
		strings_clear(&all[i]);
	forget(given);
	free(all);
}
