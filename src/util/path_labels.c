/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "path_labels.h"

#include "memory.h"
#include "unique_names.h"

#include <stdlib.h>
#include <string.h>

/* A run of segments, counted from the end of the path: 0 is the last. */
struct path_window {
	size_t from_end, count;
};

static struct string_list
path_labels_segments_of(const char *path)
{
	struct string_list segments = {0};
	while (*path) {
		size_t len = strcspn(path, "/");
		bool says_something = len && !(len == 1 && *path == '.');
		if (says_something)
			string_list_add_owned(&segments, memory_copy_len(path, len));
		path += len;
		path += *path == '/';
	}
	if (!segments.count)
		string_list_add(&segments, ".");
	return segments;
}

static const char *
path_labels_segment(const struct string_list *segments, size_t from_end)
{
	return segments->items[segments->count - 1 - from_end];
}

/* A path, and its label once found. */
struct labelled_path {
	struct string_list segments;
	uint64_t *windows; /* of each segment, counted from the end: the hash of the window
	                      that begins there */
	bool is_found;
	struct path_window label;
};

static uint64_t
path_labels_mix(uint64_t hash, uint64_t next)
{
	return (hash ^ next) * UINT64_C(0x9e3779b97f4a7c15) + next;
}

/* Makes each window of PATH one segment longer, and counts how many paths have it. */
static void
path_labels_count_windows(struct labelled_path *path, size_t count, struct name_table *seen)
{
	for (size_t i = 0; i + count <= path->segments.count; i++) {
		const char *next = path_labels_segment(&path->segments, i + count - 1);
		uint64_t hash = name_table_hash(seen, subunit2_view_of(next));
		path->windows[i] = path_labels_mix(path->windows[i], hash + i);
		++*name_table_number(seen, path->windows[i]);
	}
}

/* Chooses the last of the windows that no other path has. */
static void
path_labels_choose(struct labelled_path *path, size_t count, struct name_table *seen)
{
	for (size_t i = 0; i + count <= path->segments.count && !path->is_found; i++)
		if (*name_table_number(seen, path->windows[i]) == 1) {
			path->is_found = true;
			path->label = (struct path_window){i, count};
		}
}

/* Finds the shortest windows; a repeated path keeps all its segments. */
static void
path_labels_find(struct labelled_path *paths, size_t path_count)
{
	struct name_table seen;
	bool more = true;
	for (size_t count = 1; more; count++) {
		more = false;
		name_table_init(&seen);
		for (size_t i = 0; i < path_count; i++)
			path_labels_count_windows(&paths[i], count, &seen);
		for (size_t i = 0; i < path_count; i++) {
			path_labels_choose(&paths[i], count, &seen);
			more = more || (!paths[i].is_found && count < paths[i].segments.count);
		}
		name_table_clear(&seen);
	}
}

/* Returns the segments of WINDOW as text, without the suffix of the file name. */
static char *
path_labels_text_of(const struct string_list *segments, struct path_window window)
{
	char *text = memory_copy("");
	for (size_t i = window.count; i-- > 0;) {
		const char *next = path_labels_segment(segments, window.from_end + i);
		const char *dot = strrchr(next, '.');
		bool last = window.from_end + i == 0;
		int len = (int)(last && dot && dot > next ? (size_t)(dot - next) : strlen(next));
		char *longer = memory_format("%s%s%.*s", text, *text ? "/" : "", len, next);
		free(text);
		text = longer;
	}
	return text;
}

void
path_labels_of(struct string_list *labels, const char *const *paths, size_t count)
{
	struct labelled_path *all = memory_zeroed(count, sizeof(*all));
	struct unique_names seen_ids;
	unique_names_init(&seen_ids, "#", "");
	for (size_t i = 0; i < count; i++) {
		all[i].segments = path_labels_segments_of(paths[i]);
		all[i].windows = memory_zeroed(all[i].segments.count, sizeof(*all[i].windows));
		all[i].label = (struct path_window){0, all[i].segments.count};
	}
	path_labels_find(all, count);
	for (size_t i = 0; i < count; i++) {
		char *text = path_labels_text_of(&all[i].segments, all[i].label);
		string_list_add_owned(labels, unique_names_add(&seen_ids, text));
		string_list_clear(&all[i].segments);
		free(all[i].windows);
	}
	unique_names_clear(&seen_ids);
	free(all);
}
