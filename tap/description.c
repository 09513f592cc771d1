/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "description.h"

#include "duration.h"
#include "literal.h"
#include "stable.h"

#include <stdint.h>

/* Returns whether TEXT begins with WORD, as a whole word if WORD ends in a letter. */
static bool
tap_description_is_word(struct tap_bytes text, const char *word, bool any_case)
{
	size_t len = strlen(word);
	if (!(any_case ? tap_starts_like(text, word) : tap_starts(text, word)))
		return false;
	if (text.len == len || !tap_is_word(word[len - 1]))
		return true;
	return !tap_is_word(text.data[len]) && text.data[len] != '_';
}

/* Where a directive stands. */
struct directive_place {
	bool ok;    /* on a line that begins with "ok" */
	bool first; /* at the first "#" that is not escaped */
	bool named; /* after a name */
};

/* Returns REST, which follows the letters "skip", without the end of that word. */
static struct tap_bytes
tap_description_skip_word_end(struct tap_bytes rest)
{
	while (rest.len && !tap_is_space(*rest.data) && *rest.data != '(')
		rest = tap_skip(rest, 1);
	return rest;
}

static bool
tap_description_read_directive(struct tap_bytes after, struct directive_place place,
                               struct tap_description *description)
{
	enum condition {
		ANYWHERE,
		FIRST,    /* only at the first "#" */
		ON_OK,    /* only on "ok", where the word may go on */
		NAMELESS, /* only where no name stands before it */
		ALONE,    /* only where nothing follows */
	};
	static const struct {
		const char *word;
		enum tap_directive directive;
		enum condition condition;
		bool any_case;
		bool is_reason; /* the word is part of the reason */
	} words[] = {
		{"skip", TAP_SKIP, ON_OK, true, false},
		{"skip", TAP_SKIP, FIRST, true, false},
		{"skipped", TAP_SKIP, FIRST, true, false},
		{"todo", TAP_TODO, FIRST, true, false},
		{"XFAIL", TAP_XFAIL, FIRST, false, false},
		{"XPASS", TAP_XPASS, FIRST, false, false},
		{"exit=", TAP_NOTE, ANYWHERE, false, true},
		{"TIMEOUT", TAP_NOTE, ANYWHERE, false, true},
		{"error", TAP_NOTE, NAMELESS, true, false},
		/* shellspec adds these to the name. */
		{"FAILED", TAP_NOTE, ALONE, false, true},
		{"FIXED", TAP_NOTE, ALONE, false, true},
		{"WARNED", TAP_NOTE, ALONE, false, true},
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		size_t len = strlen(words[i].word);
		enum condition condition = words[i].condition;
		if (condition == ON_OK
		            ? !place.ok || !tap_starts_like(after, words[i].word)
		            : !tap_description_is_word(after, words[i].word, words[i].any_case))
			continue;
		if ((condition == FIRST && !place.first) ||
		    (condition == NAMELESS && place.named) ||
		    (condition == ALONE && after.len > len))
			continue;
		struct tap_bytes rest = tap_skip(after, len);
		if (condition == ON_OK)
			rest = tap_description_skip_word_end(rest);
		else if (tap_starts(rest, ":"))
			rest = tap_skip(rest, 1);
		description->directive = words[i].directive;
		description->name_after = condition == NAMELESS;
		description->reason = words[i].is_reason ? after : tap_skip_spaces(rest);
		return true;
	}
	return false;
}

/* Makes the text after the directive the name. */
static void
tap_description_set_name_after_directive(struct tap_description *description)
{
	description->name = description->reason;
	description->reason.len = 0;
	description->name_after = true;
}

/* Finds the name after "# skip": NAME (REASON), as git's test library writes it, or (REASON) NAME,
 * as old versions of bats do. */
static void
tap_description_find_name_after_skip(struct tap_description *description)
{
	struct tap_bytes text = description->reason;
	size_t depth = 0, at;
	if (tap_starts(text, "(")) {
		const char *close = memchr(text.data, ')', text.len);
		size_t inside = close ? (size_t)(close - text.data) : text.len;
		if (inside + 2 >= text.len || text.data[inside + 1] != ' ')
			return;
		description->reason = (struct tap_bytes){text.data + 1, inside - 1};
		description->name = tap_skip_spaces(tap_skip(text, inside + 1));
		description->name_after = true;
		return;
	}
	if (!text.len || text.data[text.len - 1] != ')')
		return;
	for (at = text.len; at > 0; at--) {
		if (text.data[at - 1] == ')')
			depth++;
		else if (text.data[at - 1] == '(' && --depth == 0)
			break;
	}
	if (at < 3 || text.data[at - 2] != ' ')
		return;
	description->name = tap_trim_end((struct tap_bytes){text.data, at - 1});
	description->reason = (struct tap_bytes){text.data + at, text.len - at - 1};
	description->name_after = true;
}

/* Returns the offset of the first "#" at or after FROM that may begin a directive, or TEXT.len.
 * *FIRST becomes false if a "#" that is not escaped stands before it, after FROM. */
static size_t
tap_description_next_hash(struct tap_bytes text, size_t from, bool *first)
{
	size_t escape_end = SIZE_MAX; /* the offset after an escaped backslash */
	for (size_t i = from; i < text.len; i++) {
		bool escapes = text.data[i] == '\\' && i + 1 < text.len;
		if (escapes && (text.data[i + 1] == '\\' || text.data[i + 1] == '#')) {
			i++;
			if (text.data[i] == '\\')
				escape_end = i + 1;
		} else if (text.data[i] == '#') {
			if (i == 0 || i == escape_end || tap_is_space(text.data[i - 1]))
				return i;
			*first = false;
		}
	}
	return text.len;
}

/* Reads and removes a duration after the reason. */
static void
tap_description_cut_note(struct tap_description *description)
{
	struct tap_bytes *reason = &description->reason, rest;
	bool first;
	for (size_t at = 0; (at = tap_description_next_hash(*reason, at, &first)) < reason->len;
	     at++) {
		int64_t duration =
			tap_duration_note(tap_skip_spaces(tap_skip(*reason, at + 1)), &rest);
		if (duration == TAP_NO_DURATION || rest.len)
			continue;
		description->duration_ns = duration;
		*reason = tap_trim_end((struct tap_bytes){reason->data, at});
		return;
	}
}

/* Reads what follows the "#" signs of TEXT; returns where the name ends. */
static size_t
tap_description_read_notes(struct tap_bytes text, bool ok, struct tap_description *description)
{
	size_t name_end = text.len;
	struct directive_place place = {.ok = ok, .first = true};
	for (size_t at = 0; (at = tap_description_next_hash(text, at, &place.first)) < text.len;
	     at++) {
		struct tap_bytes after = tap_skip_spaces(tap_skip(text, at + 1)), rest;
		int64_t duration = tap_duration_note(after, &rest);
		size_t end = at < name_end ? at : name_end;
		place.named = end > 0;
		if (duration != TAP_NO_DURATION) {
			description->duration_ns = duration;
			name_end = end;
		} else if (tap_description_read_directive(after, place, description)) {
			tap_description_cut_note(description);
			return end;
		}
		place.first = false;
	}
	return name_end;
}

/* Returns whether TEXT ends with "{" after white space. */
static bool
tap_description_ends_in_brace(struct tap_bytes text)
{
	return text.len && text.data[text.len - 1] == '{' &&
	       (text.len == 1 || tap_is_space(text.data[text.len - 2]));
}

void
tap_description_drop_brace(struct tap_description *description)
{
	struct tap_bytes *end = description->tail.len ? &description->tail : &description->name;
	if (!tap_description_ends_in_brace(*end))
		return;
	end->len--;
	*end = tap_trim_end(*end);
}

/* Cuts a part that differs from run to run out of the name, if tap_stable_cut finds one. */
static void
tap_description_cut_unstable(struct tap_description *description, struct tap_name_of line)
{
	struct tap_bytes mark = {NULL, 0};
	int64_t duration = tap_stable_cut(&description->name, &description->tail, &mark, line);
	if (duration != TAP_NO_DURATION)
		description->duration_ns = duration;
	if (mark.len && description->directive == TAP_NO_DIRECTIVE) {
		description->directive = TAP_NOTE;
		description->reason = mark;
	}
}

void
tap_description_set_literal(struct tap_description *description, struct tap_bytes name, bool dashed)
{
	*description = (struct tap_description){
		.name = name,
		.literal = true,
		.duration_ns = TAP_NO_DURATION,
		.dashed = dashed,
	};
	struct tap_name_of line = {true, dashed};
	if (tap_stable_may_fit(name, line))
		tap_description_cut_unstable(description, line);
}

void
tap_description_read(struct tap_description *description, struct tap_bytes text, bool ok)
{
	*description = (struct tap_description){.duration_ns = TAP_NO_DURATION};
	text = tap_trim_end(text);
	description->opens = tap_description_ends_in_brace(text);
	text = tap_skip_spaces(text);
	description->dashed =
		tap_starts(text, "-") && (text.len == 1 || tap_is_space(text.data[1]));
	if (description->dashed)
		text = tap_skip_spaces(tap_skip(text, 1));

	description->name = text;
	description->literal = !byte_block_has(text.data, text.len, tap_literal_mark_others);
	if (!description->literal && memchr(text.data, '#', text.len)) {
		description->name.len = tap_description_read_notes(text, ok, description);
		description->name = tap_trim_end(description->name);
		description->opens |= tap_description_ends_in_brace(description->name);
	}
	struct tap_name_of line = {ok, description->dashed};
	if (tap_stable_may_fit(description->name, line))
		tap_description_cut_unstable(description, line);
	if (description->name.len)
		return;
	if (description->directive == TAP_SKIP)
		tap_description_find_name_after_skip(description);
	else if (description->name_after || description->directive == TAP_XFAIL ||
	         description->directive == TAP_XPASS)
		tap_description_set_name_after_directive(description);
}

/* Reads "# TODO" or "# SKIP" at AT in TEXT; if LAST, only at the end of TEXT. Sets *REASON to the
 * text after it. */
static enum tap_directive
tap_description_automake_directive(struct tap_bytes text, size_t at, bool last,
                                   struct tap_bytes *reason)
{
	static const struct {
		const char *word;
		enum tap_directive directive;
	} words[] = {{"todo", TAP_TODO}, {"skip", TAP_SKIP}};
	struct tap_bytes after = tap_skip_spaces(tap_skip(text, at + 1));
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!tap_starts_like(after, words[i].word))
			continue;
		struct tap_bytes rest = tap_skip(after, strlen(words[i].word));
		bool word_ends = !rest.len || !(tap_is_word(*rest.data) || *rest.data == '_');
		*reason = tap_skip_spaces(rest);
		if (last ? !reason->len : word_ends)
			return words[i].directive;
	}
	return TAP_NO_DIRECTIVE;
}

/* Returns whether an odd number of backslashes stands before AT. */
static bool
tap_description_is_escaped(struct tap_bytes text, size_t at)
{
	size_t count = 0;
	while (count < at && text.data[at - count - 1] == '\\')
		count++;
	return count % 2;
}

void
tap_description_read_automake(struct tap_description *description, struct tap_bytes text, bool ok)
{
	struct tap_bytes reason = {NULL, 0};
	enum tap_directive found = TAP_NO_DIRECTIVE;
	size_t at = 0;
	text = tap_trim_end(text);
	for (int last = 1; last >= 0 && !found; last--)
		for (at = 0; at < text.len && !found; at++)
			if (text.data[at] == '#')
				found = tap_description_automake_directive(text, at, last, &reason);
	if (!found || tap_description_is_escaped(text, --at)) {
		found = TAP_NO_DIRECTIVE;
		reason.len = 0;
		at = text.len;
	}
	text.len = at;
	tap_description_read(description, text, ok);
	if (description->directive) {
		text = tap_skip_spaces(tap_trim_end(text));
		description->name = description->dashed ? tap_skip_spaces(tap_skip(text, 1)) : text;
		description->name_after = false;
	}
	description->directive = found;
	description->reason = reason;
}

void
tap_description_split_message(struct tap_description *description)
{
	struct tap_bytes name = description->name;
	const char *dash = tap_starts(name, "/") ? memmem(name.data, name.len, " - ", 3) : NULL;
	if (!dash)
		return;
	description->name.len = (size_t)(dash - name.data);
	if (description->directive != TAP_NO_DIRECTIVE)
		return;
	description->directive = TAP_NOTE;
	description->reason = tap_skip_spaces(tap_skip(name, description->name.len + 3));
}

size_t
tap_unescape(struct tap_bytes text, char *buffer)
{
	if (!text.len)
		return 0;
	if (!memchr(text.data, '\\', text.len)) {
		memcpy(buffer, text.data, text.len);
		return text.len;
	}
	size_t out = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '\\' && i + 1 < text.len &&
		    (text.data[i + 1] == '#' || text.data[i + 1] == '\\'))
			i++;
		buffer[out++] = text.data[i];
	}
	return out;
}
