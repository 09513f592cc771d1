/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "automake_tap.h"

#include "memory.h"
#include "memory_file.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LINE_LIMIT 65536 /* bytes of a line that are judged */
#define BLANKS " \t"

/* One result line: "not ok 3 - name # TODO why". The strings point into the line. */
struct automake_tap_result {
	bool ok, unplanned;
	uint64_t number;
	const char *name;        /* "- name"; may be empty */
	const char *directive;   /* "TODO", "SKIP"; NULL: it has none */
	const char *explanation; /* of the directive; may be empty */
};

static bool
automake_tap_is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Returns TEXT after its leading blanks, and cuts its trailing blanks off. */
static char *
automake_tap_strip(char *text)
{
	text += strspn(text, BLANKS);
	size_t len = strlen(text);
	while (len && strchr(BLANKS, text[len - 1]))
		len--;
	text[len] = '\0';
	return text;
}

static void __attribute__((format(printf, 2, 3)))
automake_tap_error(struct automake_tap *tap, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *text = memory_format_args(format, args);
	va_end(args);
	char *details = memory_format("- %s", text);
	automake_trs_add(tap->trs, AUTOMAKE_ERROR, details);
	if (tap->errors.len)
		buffer_add(&tap->errors, SUBUNIT2_LITERAL("\n"));
	buffer_add(&tap->errors, subunit2_view_of(text));
	free(details);
	free(text);
}

static enum automake_result
automake_tap_judge(const struct automake_tap *tap, const struct automake_tap_result *result)
{
	if (result->unplanned || result->number != tap->tests)
		return AUTOMAKE_ERROR;
	if (result->directive && strcmp(result->directive, "TODO") == 0)
		return result->ok ? AUTOMAKE_XPASS : AUTOMAKE_XFAIL;
	if (!result->ok)
		return tap->expect_failure ? AUTOMAKE_XFAIL : AUTOMAKE_FAIL;
	if (result->directive)
		return AUTOMAKE_SKIP;
	return tap->expect_failure ? AUTOMAKE_XPASS : AUTOMAKE_PASS;
}

static void
automake_tap_add(struct automake_tap *tap, const struct automake_tap_result *result)
{
	char *details = NULL;
	size_t len;
	FILE *file = memory_file(&details, &len);
	fprintf(file, "%" PRIu64 "%s%s", result->number, *result->name ? " " : "", result->name);
	if (tap->plan == AUTOMAKE_TAP_LATE_PLAN)
		fputs(" # AFTER LATE PLAN", file);
	else if (result->unplanned)
		fputs(" # UNPLANNED", file);
	else if (result->number != tap->tests)
		fprintf(file, " # OUT-OF-ORDER (expecting %" PRIu64 ")", tap->tests);
	else if (result->directive)
		fprintf(file, " # %s%s%s", result->directive, *result->explanation ? " " : "",
		        result->explanation);
	fclose(file);
	automake_trs_add(tap->trs, automake_tap_judge(tap, result), details);
	free(details);
}

/* Returns the word of a directive that follows HASH, a "#", or NULL. */
static char *
automake_tap_directive_word(char *hash)
{
	char *word = hash + 1 + strspn(hash + 1, BLANKS);
	bool known = strncasecmp(word, "todo", 4) == 0 || strncasecmp(word, "skip", 4) == 0;
	return known && !automake_tap_is_word(word[4]) ? word : NULL;
}

/* Returns the "#" of the directive in TEXT: the one whose word ends TEXT, or else the first one.
 * NULL: it has none. */
static char *
automake_tap_find_directive(char *text)
{
	char *found = NULL, *word;
	for (char *hash = text; (hash = strchr(hash, '#')); hash++) {
		if (!(word = automake_tap_directive_word(hash)))
			continue;
		if (!word[4])
			return hash;
		if (!found)
			found = hash;
	}
	return found;
}

static bool
automake_tap_is_escaped(const char *text, const char *hash)
{
	size_t backslashes = 0;
	while (hash > text && hash[-1] == '\\') {
		backslashes++;
		hash--;
	}
	return backslashes % 2 == 1;
}

/* Splits TEXT, what follows the number, into name, directive and explanation. */
static void
automake_tap_split(struct automake_tap_result *result, char *text)
{
	char *hash = automake_tap_find_directive(text);
	result->name = text;
	result->explanation = "";
	if (!hash || automake_tap_is_escaped(text, hash))
		return;
	char *word = automake_tap_directive_word(hash);
	result->directive = tolower((unsigned char)*word) == 't' ? "TODO" : "SKIP";
	result->explanation = automake_tap_strip(word + 4);
	while (hash > text && strchr(BLANKS, hash[-1]))
		hash--;
	*hash = '\0';
}

static void
automake_tap_on_result(struct automake_tap *tap, char *line)
{
	struct automake_tap_result result = {.ok = *line == 'o'};
	char *text = line + (result.ok ? 2 : 6);
	result.number = ++tap->tests;
	text += strspn(text, BLANKS);
	size_t digits = strspn(text, "0123456789");
	if (digits && !automake_tap_is_word(text[digits])) {
		result.number = strtoull(text, NULL, 10);
		text += digits;
	}
	result.unplanned = tap->plan == AUTOMAKE_TAP_LATE_PLAN ||
	                   (tap->plan == AUTOMAKE_TAP_EARLY_PLAN && tap->tests > tap->planned);
	automake_tap_split(&result, automake_tap_strip(text));
	automake_tap_add(tap, &result);
}

/* Handles a plan. REASON is why all is skipped; it may be empty. */
static void
automake_tap_on_plan(struct automake_tap *tap, uint64_t planned, const char *reason)
{
	if (tap->plan) {
		automake_tap_error(tap, "multiple test plans");
		return;
	}
	tap->planned = planned;
	tap->plan = tap->tests ? AUTOMAKE_TAP_LATE_PLAN : AUTOMAKE_TAP_EARLY_PLAN;
	if (planned || tap->tests)
		return;
	char *details = memory_format("%s%s", *reason ? "- " : "", reason);
	automake_trs_add(tap->trs, AUTOMAKE_SKIP, details);
	free(details);
}

/* Returns why all is skipped, from what follows the "#" of a plan: a word SKIP is left out if a
 * blank or a colon follows it. */
static char *
automake_tap_skip_reason(char *text)
{
	text += strspn(text, BLANKS);
	if (strncmp(text, "SKIP", 4) == 0 && text[4] && strchr(": \t", text[4]))
		text += 5;
	return automake_tap_strip(text);
}

/* Returns true if LINE is a plan, which is handled then. */
static bool
automake_tap_parse_plan(struct automake_tap *tap, char *line)
{
	if (strncmp(line, "1..", 3) != 0)
		return false;
	size_t digits = strspn(line + 3, "0123456789");
	char *rest = line + 3 + digits + strspn(line + 3 + digits, BLANKS);
	uint64_t planned = strtoull(line + 3, NULL, 10);
	if (!digits || (*rest && (*rest != '#' || planned)))
		return false;
	automake_tap_on_plan(tap, planned, *rest ? automake_tap_skip_reason(rest + 1) : "");
	return true;
}

static void
automake_tap_on_bail_out(struct automake_tap *tap, char *reason)
{
	reason = automake_tap_strip(reason);
	tap->bailed_out = true;
	automake_tap_error(tap, "Bail out!%s%s", *reason ? " " : "", reason);
}

static bool
automake_tap_is_result(const char *line)
{
	if (strncmp(line, "not ", 4) == 0)
		line += 4;
	return strncmp(line, "ok", 2) == 0 && !automake_tap_is_word(line[2]);
}

static void
automake_tap_on_line(struct automake_tap *tap, char *line)
{
	static const char bail_out[] = "Bail out!";
	char *text = line + strspn(line, BLANKS);
	size_t mark = strlen(tap->diagnostic);
	if (tap->bailed_out)
		return;
	if (automake_tap_is_result(line))
		automake_tap_on_result(tap, line);
	else if (automake_tap_parse_plan(tap, line))
		return;
	else if (strncmp(text, bail_out, strlen(bail_out)) == 0)
		automake_tap_on_bail_out(tap, text + strlen(bail_out));
	else if (tap->comments && strncmp(line, tap->diagnostic, mark) == 0 &&
	         *(text = automake_tap_strip(line + mark)))
		automake_trs_comment(tap->trs, text);
}

static void
automake_tap_copy(struct automake_tap *tap, struct subunit2_view bytes)
{
	if (tap->copy && bytes.len)
		fwrite(bytes.data, 1, bytes.len, tap->copy);
}

/* Ends the current line: copies it, unless that was done, and judges it. */
static void
automake_tap_end_line(struct automake_tap *tap)
{
	if (!tap->cut)
		automake_tap_copy(tap, buffer_view(&tap->line));
	automake_tap_copy(tap, SUBUNIT2_LITERAL("\n"));
	buffer_add_char(&tap->line, '\0');
	automake_tap_on_line(tap, tap->line.data);
	tap->line.len = 0;
	tap->cut = false;
}

/* Adds a piece of a line, which has no newline. */
static void
automake_tap_add_piece(struct automake_tap *tap, struct subunit2_view piece)
{
	size_t room = LINE_LIMIT - tap->line.len;
	size_t len = piece.len < room ? piece.len : room;
	if (tap->cut) {
		automake_tap_copy(tap, piece);
		return;
	}
	buffer_add(&tap->line, (struct subunit2_view){piece.data, len});
	if (len == piece.len)
		return;
	tap->cut = true;
	automake_tap_copy(tap, buffer_view(&tap->line));
	automake_tap_copy(tap, (struct subunit2_view){piece.data + len, piece.len - len});
}

void
automake_tap_feed(struct automake_tap *tap, struct subunit2_view bytes)
{
	while (bytes.len) {
		const char *newline = memchr(bytes.data, '\n', bytes.len);
		size_t len = newline ? (size_t)(newline - bytes.data) : bytes.len;
		automake_tap_add_piece(tap, (struct subunit2_view){bytes.data, len});
		if (newline)
			automake_tap_end_line(tap);
		bytes.data += len + (newline != NULL);
		bytes.len -= len + (newline != NULL);
	}
}

static void
automake_tap_judge_status(struct automake_tap *tap, int status)
{
	char *details = NULL;
	if (status == 127)
		details = memory_copy(" (command not found?)");
	else if (status >= 128)
		details = memory_format(" (terminated by signal %d?)", status - 128);
	automake_tap_error(tap, "exited with status %d%s", status, details ? details : "");
	free(details);
}

void
automake_tap_end(struct automake_tap *tap, int status)
{
	if (tap->line.len)
		automake_tap_end_line(tap);
	if (tap->bailed_out)
		return;
	if (!tap->plan)
		automake_tap_error(tap, "missing test plan");
	else if (tap->planned != tap->tests)
		automake_tap_error(tap, "too %s tests run (expected %" PRIu64 ", got %" PRIu64 ")",
		                   tap->tests > tap->planned ? "many" : "few", tap->planned,
		                   tap->tests);
	if (status && !tap->ignore_exit)
		automake_tap_judge_status(tap, status);
}

void
automake_tap_clear(struct automake_tap *tap)
{
	buffer_clear(&tap->line);
	buffer_clear(&tap->errors);
}
