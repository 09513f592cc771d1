/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "line.h"

#include "duration.h"
#include "line_starts.h"
#include "prefix.h"

#include <tap/detect.h>

#define TAB_COLUMNS 4

bool
tap_number_read(struct tap_bytes *text, uint64_t *number)
{
	const char *at = text->data, *end = at + text->len;
	uint64_t value = 0;
	if (at == end || !tap_is_digit(*at))
		return false;
	for (; at < end && tap_is_digit(*at); at++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (unsigned)(*at - '0'), &value))
			value = UINT64_MAX;
	*number = value;
	*text = (struct tap_bytes){at, (size_t)(end - at)};
	return true;
}

/* Does the same as tap_prefix_skip_colors, without a call if TEXT has no color. */
static inline struct tap_bytes
tap_line_uncolor(struct tap_bytes text)
{
	return text.len && *text.data == '\033' ? tap_prefix_skip_colors(text) : text;
}

/* Returns LINE without white space and colors at its end. */
static struct tap_bytes
tap_line_trim_colored_end(struct tap_bytes line)
{
	for (;;) {
		line = tap_trim_end(line);
		size_t near = line.len < TAP_COLOR_MAX ? line.len : TAP_COLOR_MAX;
		if (!near || line.data[line.len - 1] != 'm')
			return line;
		const char *escape = memrchr(line.data + line.len - near, '\033', near);
		struct tap_bytes color =
			tap_skip(line, escape ? (size_t)(escape - line.data) : line.len);
		if (!color.len || tap_prefix_color_len(color) != color.len)
			return line;
		line.len -= color.len;
	}
}

/* Returns whether a line may end after PART, which follows its text. */
static bool
tap_line_may_be_end(struct tap_bytes part)
{
	size_t len;
	do {
		len = part.len;
		part = tap_prefix_skip_controls(tap_skip_spaces(part));
	} while (part.len < len);
	return !part.len || (*part.data == '\033' && tap_prefix_may_be_color(part));
}

/* Skips white space that begins left of column LIMIT; *COLUMNS is its width. */
static struct tap_bytes
tap_line_skip_indent(struct tap_bytes text, size_t limit, size_t *columns)
{
	size_t i = 0;
	*columns = 0;
	for (; i < text.len && tap_is_space(text.data[i]) && *columns < limit; i++)
		*columns += text.data[i] == '\t' ? TAB_COLUMNS : 1;
	return tap_skip(text, i);
}

struct tap_bytes
tap_line_skip_columns(struct tap_bytes text, size_t columns)
{
	return tap_line_skip_indent(text, columns, &(size_t){0});
}

static bool
tap_line_read_result(struct tap_line *line)
{
	struct tap_bytes rest = line->body;
	line->ok = !tap_starts(rest, "not ");
	if (!line->ok)
		rest = tap_skip(rest, 4);
	if (!tap_starts(rest, "ok"))
		return false;
	rest = tap_line_uncolor(tap_skip(rest, 2));
	if (rest.len && !tap_is_space(*rest.data))
		return false;

	struct tap_bytes after = tap_line_uncolor(tap_skip_spaces(rest));
	line->has_number = tap_number_read(&after, &line->number);
	/* "ok 2nd try" and "ok 1.5 s" have no number. */
	if (line->has_number && after.len &&
	    (tap_is_word(*after.data) ||
	     (*after.data == '.' && after.len > 1 && tap_is_digit(after.data[1]))))
		line->has_number = false;
	if (line->has_number)
		rest = tap_line_uncolor(after);
	after = tap_skip_spaces(rest);
	if (after.len && *after.data == '\033' && tap_prefix_color_len(after))
		rest = tap_prefix_skip_colors(after);
	line->kind = TAP_RESULT;
	tap_description_read(&line->description, rest, line->ok);
	return true;
}

/* "1..5", "1..5 todo 2 3;", "1..0 # SKIP why" */
static bool
tap_line_read_plan(struct tap_line *line)
{
	struct tap_bytes rest = tap_skip(line->body, 3);
	if (!tap_number_read(&rest, &line->number))
		return false;
	struct tap_bytes after = tap_skip_spaces(rest);
	if (after.len && after.data == rest.data && *after.data != '#')
		return false;
	if (tap_starts_like(after, "todo ")) {
		after = tap_skip_spaces(tap_skip(after, 5));
		size_t len = 0;
		while (len < after.len &&
		       (tap_is_digit(after.data[len]) || memchr(" ,-;", after.data[len], 4)))
			len++;
		line->list = (struct tap_bytes){after.data, len};
		after = tap_skip(after, len);
	} else if (tap_starts_like(after, "skip")) {
		/* "1..0 skip why", without a "#" */
		line->description.directive = TAP_SKIP;
		line->description.reason = tap_skip_spaces(tap_skip(after, 4));
		after.len = 0;
	}
	if (after.len && *after.data != '#')
		return false;
	line->kind = TAP_PLAN;
	if (after.len)
		tap_description_read(&line->description, after, true);
	line->description.name.len = 0;
	return true;
}

static void
tap_line_read_comment(struct tap_line *line)
{
	struct tap_bytes text = tap_skip_spaces(tap_skip(line->body, 1));
	line->kind = TAP_COMMENT;
	if (tap_starts(text, "Subtest: ")) {
		line->kind = TAP_SUBTEST;
		line->description.name = tap_skip_spaces(tap_skip(text, 9));
	} else if (text.len == 7 && tap_starts(text, "Subtest")) {
		line->kind = TAP_SUBTEST;
		line->description.name = tap_skip(text, 7);
	} else if (tap_starts(text, "selftests: ")) {
		line->kind = TAP_SELFTEST;
		line->description.name = text;
	}
}

static bool
tap_line_read_version(struct tap_line *line, bool console)
{
	struct tap_bytes rest = line->body;
	uint64_t version;
	line->ktap = tap_starts(rest, "K");
	if (line->ktap)
		rest = tap_skip(rest, 1);
	if (!tap_starts(rest, "TAP version "))
		return false;
	rest = tap_skip_spaces(tap_skip(rest, 12));
	if (!tap_number_read(&rest, &version) || tap_skip_spaces(rest).len)
		return false;
	line->ktap |= console;
	line->kind = TAP_VERSION;
	return true;
}

static bool
tap_line_is_only(struct tap_bytes body, const char *text)
{
	return body.len == strlen(text) && tap_starts(body, text);
}

/* Clears the members that depend on the kind of a line. One by one, this takes fewer instructions
 * than clearing the struct. */
static void
tap_line_clear(struct tap_line *line)
{
	line->kind = TAP_TEXT;
	line->indent = 0;
	line->ktap = line->ok = line->has_number = false;
	line->number = 0;
	line->description = (struct tap_description){.duration_ns = TAP_NO_DURATION};
	line->list = (struct tap_bytes){NULL, 0};
}

void
tap_line_read(struct tap_line *line, struct tap_bytes text)
{
	tap_line_clear(line);
	line->text = tap_line_trim_colored_end(text);
	if (line->text.len && tap_prefix_may_begin(*line->text.data))
		line->text = tap_prefix_skip(line->text);
	line->body = line->text;
	if (line->text.len && tap_is_space(*line->text.data))
		line->body = tap_line_skip_indent(line->text, SIZE_MAX, &line->indent);
	if (!line->body.len) {
		line->kind = TAP_BLANK;
		return;
	}
	switch (*line->body.data) {
	case 'o':
	case 'n':
		tap_line_read_result(line);
		break;
	case '1':
		if (tap_starts(line->body, "1.."))
			tap_line_read_plan(line);
		break;
	case '#':
		tap_line_read_comment(line);
		break;
	case 'T':
	case 'K':
		tap_line_read_version(line, line->text.data > tap_prefix_skip_controls(text).data);
		break;
	case 'B':
	case 'b':
		if (tap_starts_like(line->body, "bail out!")) {
			line->kind = TAP_BAIL_OUT;
			line->description.reason = tap_skip_spaces(tap_skip(line->body, 9));
		}
		break;
	case 'p':
		if (tap_starts(line->body, "pragma ")) {
			line->kind = TAP_PRAGMA;
			line->list = tap_skip(line->body, 7);
		}
		break;
	case '-':
		if (tap_line_is_only(line->body, "---"))
			line->kind = TAP_YAML;
		break;
	case '{':
	case '}':
		if (line->body.len == 1)
			line->kind = *line->body.data == '{' ? TAP_OPEN : TAP_CLOSE;
		break;
	}
}

void
tap_line_automake(const struct tap_line *line, struct tap_description *description)
{
	struct tap_bytes rest = tap_skip(line->body, strlen(line->ok ? "ok" : "not ok"));
	uint64_t number;
	if (line->has_number) {
		rest = tap_skip_spaces(rest);
		tap_number_read(&rest, &number);
	}
	tap_description_read_automake(description, rest, line->ok);
}

void
tap_line_nested(const struct tap_line *line, struct tap_line *nested)
{
	struct tap_bytes text = tap_skip(line->body, 1);
	tap_line_read(nested, tap_starts(text, " ") ? tap_skip(text, 1) : text);
}

bool
tap_line_begins_tap(const struct tap_line *line)
{
	return line->kind == TAP_VERSION || line->kind == TAP_PLAN ||
	       (line->has_number && line->number == 1);
}

struct tap_bytes
tap_line_to_end(struct tap_bytes raw, const char *text)
{
	const char *end = raw.data + raw.len;
	if (tap_line_is_complete(raw))
		for (end--; end > text && end[-1] == '\r';)
			end--;
	return (struct tap_bytes){text, (size_t)(end - text)};
}

const struct line_starts tap_line_starts = {{
	['\r'] = LINE_SECOND_ANY,
	['\033'] = LINE_SECOND_ANY,
	['['] = LINE_SECOND_DIGIT | LINE_SECOND(' ') | LINE_SECOND('T') | LINE_SECOND('C'),
	['<'] = LINE_SECOND_DIGIT,
	['#'] = LINE_SECOND_ANY,
	['{'] = LINE_SECOND_ANY,
	['}'] = LINE_SECOND_ANY,
	['o'] = LINE_SECOND('k'),
	['n'] = LINE_SECOND('o'),
	['1'] = LINE_SECOND('.'),
	['T'] = LINE_SECOND('A'),
	['K'] = LINE_SECOND('T'),
	['B'] = LINE_SECOND('a') | LINE_SECOND('A'),
	['b'] = LINE_SECOND('a') | LINE_SECOND('A'),
	['p'] = LINE_SECOND('r'),
	['-'] = LINE_SECOND('-'),
	[0xef] = LINE_SECOND(0xbb),
}};

bool
tap_line_is_text(struct tap_bytes text)
{
	text = tap_skip_spaces(text);
	if (!text.len || !line_starts_has(tap_line_starts.second[(unsigned char)*text.data],
	                                  text.len > 1 ? text.data[1] : '\n'))
		return true;
	switch (*text.data) {
	case '[': /* "[ 42%] Building x.o" has no console prefix */
		return tap_prefix_skip(text).data == text.data;
	case 'B':
	case 'b':
		return !tap_starts_like(text, "bail out!");
	case 'n':
		return !tap_starts(text, "not ok");
	case 'p':
		return !tap_starts(text, "pragma ");
	default:
		return false;
	}
}

/* PART begins with WORD, in letters of any case, or may go on so. */
static bool
tap_line_may_start_like(struct tap_bytes part, const char *word)
{
	size_t len = strlen(word);
	return strncasecmp(part.data, word, part.len < len ? part.len : len) == 0;
}

/* Returns whether REST, which follows "1..", may become the rest of a plan. */
static bool
tap_line_may_be_plan(struct tap_bytes rest)
{
	uint64_t number;
	if (!tap_number_read(&rest, &number))
		return false;
	if (tap_line_may_be_end(rest) || *rest.data == '#')
		return true;
	struct tap_bytes after = tap_skip_spaces(rest);
	return after.len < rest.len &&
	       (*after.data == '#' || tap_line_may_start_like(after, "todo ") ||
	        tap_line_may_start_like(after, "skip"));
}

/* Returns whether BODY, which follows prefix and indentation, may become TAP. */
static bool
tap_line_may_begin_body(struct tap_bytes body)
{
	static const struct {
		const char *word;
		enum { ANYTHING, BLANK, NOTHING, PLAN } after;
	} beginnings[] = {
		{"ok", BLANK},         {"not ok", BLANK},          {"1..", PLAN},
		{"#", ANYTHING},       {"TAP version ", ANYTHING}, {"KTAP version ", ANYTHING},
		{"pragma ", ANYTHING}, {"---", NOTHING},           {"{", NOTHING},
		{"}", NOTHING},
	};
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(*beginnings); i++) {
		size_t len = strlen(beginnings[i].word), shared = body.len < len ? body.len : len;
		if (memcmp(body.data, beginnings[i].word, shared) != 0)
			continue;
		struct tap_bytes rest = tap_skip(body, shared);
		if (!rest.len || beginnings[i].after == ANYTHING)
			return true;
		if (beginnings[i].after == PLAN)
			return tap_line_may_be_plan(rest);
		if (tap_line_may_be_end(rest))
			return true;
		rest = tap_prefix_skip_colors(rest);
		return beginnings[i].after == BLANK && tap_is_space(*rest.data);
	}
	return tap_line_may_start_like(body, "bail out!");
}

bool
tap_line_may_begin(struct tap_bytes part)
{
	size_t columns;
	if (tap_prefix_may_be_byte_order_mark(part))
		return true;
	struct tap_bytes text = tap_prefix_skip_controls(part);
	struct tap_bytes body = tap_line_skip_indent(tap_prefix_skip(text), SIZE_MAX, &columns);
	if (tap_line_may_be_end(body))
		return true;
	if (body.data == text.data && (*body.data == '[' || *body.data == '<'))
		return tap_prefix_may_be(body);
	return tap_line_may_begin_body(body);
}
