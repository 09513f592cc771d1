#include "description.h"

#include "duration.h"

/* WORD stands at the start of TEXT, and ends there if it ends in a letter. */
static bool
is_word(struct tap_bytes text, const char *word, bool any_case)
{
	size_t len = strlen(word);
	if (!(any_case ? tap_starts_like(text, word) : tap_starts(text, word)))
		return false;
	if (text.len == len || !tap_is_word(word[len - 1]))
		return true;
	return !tap_is_word(text.data[len]) && text.data[len] != '_';
}

static bool
read_directive(struct tap_bytes behind, bool named, struct tap_description *description)
{
	static const struct {
		const char *word;
		enum tap_directive directive;
		bool any_case;
		bool is_reason; /* the word is part of what it says */
		bool nameless;  /* only where no name stands before it */
	} words[] = {
		{"skip", TAP_SKIP, true, false, false},
		{"skipped", TAP_SKIP, true, false, false},
		{"todo", TAP_TODO, true, false, false},
		{"XFAIL", TAP_XFAIL, false, false, false},
		{"XPASS", TAP_XPASS, false, false, false},
		{"exit=", TAP_NOTE, false, true, false},
		{"TIMEOUT", TAP_NOTE, false, true, false},
		{"error", TAP_NOTE, true, false, true},
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!is_word(behind, words[i].word, words[i].any_case) ||
		    (words[i].nameless && named))
			continue;
		struct tap_bytes rest = tap_skip(behind, strlen(words[i].word));
		if (tap_starts(rest, ":"))
			rest = tap_skip(rest, 1);
		description->directive = words[i].directive;
		description->name_behind = words[i].nameless;
		description->reason = words[i].is_reason ? behind : tap_skip_spaces(rest);
		return true;
	}
	return false;
}

/* What stands behind the directive is the name. */
static void
take_name_behind(struct tap_description *description)
{
	description->name = description->reason;
	description->reason.len = 0;
	description->name_behind = true;
}

/* Behind "# skip": NAME (REASON), as git's test library writes it, or
 * (REASON) NAME, as bats once did. */
static void
find_name_behind(struct tap_description *description)
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
		description->name_behind = true;
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
	description->name_behind = true;
}

/* The first "#" at or after FROM that may begin a directive; TEXT.len: none. */
static size_t
next_hash(struct tap_bytes text, size_t from)
{
	for (size_t i = from; i < text.len; i++) {
		if (text.data[i] == '\\')
			i++;
		else if (text.data[i] == '#' && (i == 0 || tap_is_space(text.data[i - 1])))
			return i;
	}
	return text.len;
}

/* A duration may stand behind the reason, too. */
static void
cut_note(struct tap_description *description)
{
	struct tap_bytes *reason = &description->reason, rest;
	for (size_t at = 0; (at = next_hash(*reason, at)) < reason->len; at++) {
		int64_t duration =
			tap_duration_note(tap_skip_spaces(tap_skip(*reason, at + 1)), &rest);
		if (duration == TAP_NO_DURATION || rest.len)
			continue;
		description->duration_ns = duration;
		*reason = tap_trim_end((struct tap_bytes){reason->data, at});
		return;
	}
}

/* What stands behind the "#" signs of TEXT; returns where the name ends. */
static size_t
read_notes(struct tap_bytes text, struct tap_description *description)
{
	size_t name_end = text.len;
	for (size_t at = 0; (at = next_hash(text, at)) < text.len; at++) {
		struct tap_bytes behind = tap_skip_spaces(tap_skip(text, at + 1)), rest;
		int64_t duration = tap_duration_note(behind, &rest);
		size_t end = at < name_end ? at : name_end;
		if (duration != TAP_NO_DURATION) {
			description->duration_ns = duration;
			name_end = end;
		} else if (read_directive(behind, end > 0, description)) {
			cut_note(description);
			return end;
		}
	}
	return name_end;
}

struct tap_description
tap_description_read(struct tap_bytes text)
{
	struct tap_description description = {.duration_ns = TAP_NO_DURATION};
	text = tap_trim_end(text);
	description.opens = text.len && text.data[text.len - 1] == '{' &&
	                    (text.len == 1 || tap_is_space(text.data[text.len - 2]));
	text = tap_skip_spaces(text);
	bool dashed = tap_starts(text, "-") && (text.len == 1 || tap_is_space(text.data[1]));
	if (dashed)
		text = tap_skip_spaces(tap_skip(text, 1));

	description.name = text;
	if (memchr(text.data, '#', text.len)) {
		description.name.len = read_notes(text, &description);
		description.name = tap_trim_end(description.name);
	}
	int64_t duration = tap_duration_cut(&description.name, dashed);
	if (duration != TAP_NO_DURATION)
		description.duration_ns = duration;
	if (description.name.len)
		return description;
	if (description.directive == TAP_SKIP)
		find_name_behind(&description);
	else if (description.name_behind || description.directive == TAP_XFAIL ||
	         description.directive == TAP_XPASS)
		take_name_behind(&description);
	return description;
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
