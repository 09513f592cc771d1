/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "output_match.h"

#include "memory.h"

#include <stdlib.h>

#define SILENCE_MS 50 /* after which a line may be complete */

struct line {
	char *bytes; /* the part that has been read */
	size_t len;
};

struct output_match {
	struct regex *pattern;
	struct line lines[2];
	int64_t deadline_ms;
	bool found;
};

struct output_match *
output_match_new(struct regex *pattern)
{
	struct output_match *match = memory_zeroed(1, sizeof(*match));
	match->pattern = pattern;
	match->deadline_ms = INT64_MAX;
	for (int i = 0; i < 2; i++)
		match->lines[i].bytes = memory_zeroed(OUTPUT_MATCH_LINE_MAX, 1);
	return match;
}

void
output_match_free(struct output_match *match)
{
	if (!match)
		return;
	for (int i = 0; i < 2; i++)
		free(match->lines[i].bytes);
	free(match);
}

static void
output_match_keep(struct line *line, struct subunit2_view bytes)
{
	size_t room = OUTPUT_MATCH_LINE_MAX - line->len;
	size_t len = bytes.len < room ? bytes.len : room;
	memcpy(line->bytes + line->len, bytes.data, len);
	line->len += len;
}

static void
output_match_test_line(struct output_match *match, const struct line *line)
{
	struct subunit2_view text = {line->bytes, line->len};
	if (text.len && text.data[text.len - 1] == '\r')
		text.len--;
	if (regex_matches(match->pattern, text))
		match->found = true;
}

bool
output_match_feed(struct output_match *match, int stream, struct subunit2_view bytes,
                  int64_t now_ms)
{
	struct line *line = &match->lines[stream];
	const char *newline;
	while (!match->found && bytes.len && (newline = memchr(bytes.data, '\n', bytes.len))) {
		size_t len = (size_t)(newline - bytes.data);
		output_match_keep(line, (struct subunit2_view){bytes.data, len});
		output_match_test_line(match, line);
		line->len = 0;
		bytes.data += len + 1;
		bytes.len -= len + 1;
	}
	output_match_keep(line, bytes);
	if (bytes.len)
		match->deadline_ms = now_ms + SILENCE_MS;
	return match->found;
}

int64_t
output_match_deadline(const struct output_match *match)
{
	return match->found ? INT64_MAX : match->deadline_ms;
}

bool
output_match_tick(struct output_match *match, int64_t now_ms)
{
	if (now_ms < output_match_deadline(match))
		return match->found;
	match->deadline_ms = INT64_MAX;
	for (int i = 0; i < 2 && !match->found; i++)
		if (match->lines[i].len)
			output_match_test_line(match, &match->lines[i]);
	return match->found;
}
