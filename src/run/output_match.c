/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "output_match.h"

#include "memory.h"

#include <stdlib.h>

#define SILENCE_MS 50 /* after which a line may be complete */

struct line {
	char *bytes; /* what has come of it */
	size_t len;
};

struct until {
	struct pattern *pattern;
	struct line lines[2];
	int64_t deadline_ms;
	bool found;
};

struct until *
until_new(struct pattern *pattern)
{
	struct until *until = memory_zeroed(1, sizeof(*until));
	until->pattern = pattern;
	until->deadline_ms = INT64_MAX;
	for (int i = 0; i < 2; i++)
		until->lines[i].bytes = memory_zeroed(UNTIL_LINE_MAX, 1);
	return until;
}

void
until_free(struct until *until)
{
	if (!until)
		return;
	for (int i = 0; i < 2; i++)
		free(until->lines[i].bytes);
	free(until);
}

static void
keep(struct line *line, struct subunit2_view bytes)
{
	size_t room = UNTIL_LINE_MAX - line->len;
	size_t len = bytes.len < room ? bytes.len : room;
	memcpy(line->bytes + line->len, bytes.data, len);
	line->len += len;
}

static void
match(struct until *until, const struct line *line)
{
	struct subunit2_view text = {line->bytes, line->len};
	if (text.len && text.data[text.len - 1] == '\r')
		text.len--;
	if (pattern_matches(until->pattern, text))
		until->found = true;
}

bool
until_feed(struct until *until, int stream, struct subunit2_view bytes, int64_t now_ms)
{
	struct line *line = &until->lines[stream];
	const char *newline;
	while (!until->found && bytes.len && (newline = memchr(bytes.data, '\n', bytes.len))) {
		size_t len = (size_t)(newline - bytes.data);
		keep(line, (struct subunit2_view){bytes.data, len});
		match(until, line);
		line->len = 0;
		bytes.data += len + 1;
		bytes.len -= len + 1;
	}
	keep(line, bytes);
	if (bytes.len)
		until->deadline_ms = now_ms + SILENCE_MS;
	return until->found;
}

int64_t
until_deadline(const struct until *until)
{
	return until->found ? INT64_MAX : until->deadline_ms;
}

bool
until_tick(struct until *until, int64_t now_ms)
{
	if (now_ms < until_deadline(until))
		return until->found;
	until->deadline_ms = INT64_MAX;
	for (int i = 0; i < 2 && !until->found; i++)
		if (until->lines[i].len)
			match(until, &until->lines[i]);
	return until->found;
}
