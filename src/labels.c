#include "labels.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

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

/* TEXT, or one that is not in LABELS yet: paths may be equal, and without their
 * endings others may have become so. */
static char *
unused(const struct strings *labels, char *text)
{
	char *candidate = memory_copy(text);
	for (unsigned number = 2; strings_has(labels, candidate); number++) {
		free(candidate);
		candidate = memory_format("%s#%u", text, number);
	}
	free(text);
	return candidate;
}

void
labels_of_paths(struct strings *labels, const char *const *paths, size_t count)
{
	struct strings *all = memory_zeroed(count, sizeof(*all));
	for (size_t i = 0; i < count; i++)
		all[i] = segments_of(paths[i]);
	for (size_t i = 0; i < count; i++)
		strings_take(labels, unused(labels, text_of(&all[i], find(all, count, i))));
	for (size_t i = 0; i < count; i++)
		strings_clear(&all[i]);
	free(all);
}
