/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "failures.h"

#include <stdint.h>

struct failure_entry {
	size_t name_len, text_len;
	bool more; /* further lines of an explanation whose first lines were taken */
};

#define TAKEN SIZE_MAX

static struct failure_entry
tap_failures_entry_at(const struct tap_failures *failures, size_t at)
{
	struct failure_entry entry;
	memcpy(&entry, failures->waiting.data + at, sizeof(entry));
	return entry;
}

static size_t
tap_failures_entry_size(struct failure_entry entry)
{
	return sizeof(entry) + entry.name_len + entry.text_len;
}

/* Begins an entry for the lines of the open failure. Drops the oldest entries if there is no
 * room. */
static bool
tap_failures_begin_entry(struct tap_failures *failures, bool more)
{
	struct failure_entry entry = {failures->name.len, 0, more};
	struct tap_buffer *waiting = &failures->waiting;
	while (waiting->len + sizeof(entry) + entry.name_len > TAP_FAILURES_MAX)
		tap_buffer_drop(waiting,
		                tap_failures_entry_size(tap_failures_entry_at(failures, 0)));
	failures->entry = waiting->len;
	return tap_buffer_add(waiting, (struct tap_bytes){(char *)&entry, sizeof(entry)}) &&
	       tap_buffer_add(waiting, tap_buffer_bytes(&failures->name));
}

/* Adds LINE to the entry of the open failure, which is the last one. */
static bool
tap_failures_add_line(struct tap_failures *failures, struct tap_bytes line)
{
	struct tap_buffer *waiting = &failures->waiting;
	if (failures->entry == TAKEN && !tap_failures_begin_entry(failures, true))
		return false;
	if (waiting->len - failures->entry + line.len > TAP_FAILURES_MAX / 2)
		return true;
	while (waiting->len + line.len > TAP_FAILURES_MAX) {
		size_t size = tap_failures_entry_size(tap_failures_entry_at(failures, 0));
		tap_buffer_drop(waiting, size);
		failures->entry -= size;
	}
	struct failure_entry entry = tap_failures_entry_at(failures, failures->entry);
	entry.text_len += line.len;
	memcpy(waiting->data + failures->entry, &entry, sizeof(entry));
	return tap_buffer_add(waiting, line);
}

/* Sets *NAME to the name in "#   Failed test 'NAME'", also if "at FILE line N." follows; empty in
 * "#   Failed test at FILE line N.". Returns false for other lines. */
static bool
tap_failures_failed_name(struct tap_bytes body, struct tap_bytes *name)
{
	static const char start[] = "Failed test ";
	struct tap_bytes text = tap_skip_spaces(tap_skip(body, 1));
	if (!tap_starts(text, start))
		return false;
	text = tap_skip(text, sizeof(start) - 1);
	*name = (struct tap_bytes){"", 0};
	if (tap_starts(text, "at "))
		return true;
	if (!tap_starts(text, "'"))
		return false;
	text = tap_skip(text, 1);
	const char *end = memrchr(text.data, '\'', text.len);
	if (!end)
		return false;
	*name = (struct tap_bytes){text.data, (size_t)(end - text.data)};
	return true;
}

/* Reads LINE, which ends in a newline. */
static bool
tap_failures_on_line(struct tap_failures *failures, struct tap_bytes line)
{
	struct tap_bytes body = tap_skip_spaces(line), name;
	if (!tap_starts(body, "#") || tap_starts(body, "# Looks like you ")) {
		failures->open = false;
		return true;
	}
	if (tap_failures_failed_name(tap_trim_end(body), &name)) {
		failures->open = true;
		failures->name.len = 0;
		if (!tap_buffer_add(&failures->name, name) ||
		    !tap_failures_begin_entry(failures, false))
			return false;
	}
	return !failures->open || tap_failures_add_line(failures, body);
}

bool
tap_failures_feed(struct tap_failures *failures, struct tap_bytes bytes)
{
	static const struct tap_bytes end = {"\n", 1};
	while (bytes.len) {
		const char *newline = memchr(bytes.data, '\n', bytes.len);
		struct tap_bytes part = {bytes.data,
		                         newline ? (size_t)(newline - bytes.data) : bytes.len};
		bytes = tap_skip(bytes, newline ? part.len + 1 : part.len);
		size_t room = TAP_FAILURE_LINE_MAX - failures->line.len;
		if (part.len > room)
			part.len = room;
		if (!tap_buffer_add(&failures->line, part))
			return false;
		if (!newline)
			return true;
		if (!tap_buffer_add(&failures->line, end) ||
		    !tap_failures_on_line(failures, tap_buffer_bytes(&failures->line)))
			return false;
		failures->line.len = 0;
	}
	return true;
}

static bool
tap_failures_is_name_of(struct tap_bytes name, const struct tap_failures *failures, size_t at)
{
	struct failure_entry entry = tap_failures_entry_at(failures, at);
	return entry.name_len == name.len &&
	       (!name.len ||
	        memcmp(failures->waiting.data + at + sizeof(entry), name.data, name.len) == 0);
}

static void
tap_failures_remove_entry(struct tap_failures *failures, size_t at)
{
	struct tap_buffer *waiting = &failures->waiting;
	size_t size = tap_failures_entry_size(tap_failures_entry_at(failures, at));
	memmove(waiting->data + at, waiting->data + at + size, waiting->len - at - size);
	waiting->len -= size;
	if (failures->entry == at)
		failures->entry = TAKEN;
	else if (failures->entry != TAKEN) /* the last one */
		failures->entry -= size;
}

bool
tap_failures_take(struct tap_failures *failures, struct tap_bytes name, bool more,
                  struct tap_buffer *text, bool *found)
{
	struct tap_buffer *waiting = &failures->waiting;
	*found = false;
	for (size_t at = 0; at < waiting->len && !*found;) {
		struct failure_entry entry = tap_failures_entry_at(failures, at);
		if (!tap_failures_is_name_of(name, failures, at) || (more && !entry.more)) {
			at += tap_failures_entry_size(entry);
			continue;
		}
		const char *lines = waiting->data + at + sizeof(entry) + entry.name_len;
		/* Lines that came too late for a test that has ended are dropped, not given to
		 * another test. */
		*found = entry.more == more;
		if (*found && !tap_buffer_add(text, (struct tap_bytes){lines, entry.text_len}))
			return false;
		tap_failures_remove_entry(failures, at);
	}
	return true;
}

void
tap_failures_free(struct tap_failures *failures)
{
	tap_buffer_free(&failures->waiting);
	tap_buffer_free(&failures->name);
	tap_buffer_free(&failures->line);
}
