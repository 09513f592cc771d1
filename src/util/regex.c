/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "regex.h"

#include "memory.h"
#include "message.h"

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The stack on which machine code keeps positions to backtrack to, about ten bytes a character for
 * a repeated group. If it is too small, the expression is interpreted, which uses the heap. */
#define STACK_MIN (32 << 10)
#define STACK_MAX (4 << 20)

struct regex {
	char *regex;
	pcre2_code *code;
	pcre2_match_data *match;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
	bool failed; /* a failure was reported */
};

struct regex *
regex_new(const char *regex, char reason[REGEX_REASON_SIZE])
{
	int error;
	PCRE2_SIZE offset;
	pcre2_code *code =
		pcre2_compile((PCRE2_SPTR)regex, PCRE2_ZERO_TERMINATED,
	                      PCRE2_UTF | PCRE2_MATCH_INVALID_UTF, &error, &offset, NULL);
	if (!code) {
		PCRE2_UCHAR why[128];
		pcre2_get_error_message(error, why, sizeof(why));
		snprintf(reason, REGEX_REASON_SIZE, "%s, at offset %zu", (const char *)why, offset);
		return NULL;
	}
	struct regex *pattern = memory_zeroed(1, sizeof(*pattern));
	pattern->regex = memory_copy(regex);
	pattern->code = code;
	pattern->match = memory_have(pcre2_match_data_create(1, NULL));
	pattern->context = memory_have(pcre2_match_context_create(NULL));
	/* Without a compiler to machine code, the result is the same, but slower. */
	if (pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0) {
		pattern->stack = memory_have(pcre2_jit_stack_create(STACK_MIN, STACK_MAX, NULL));
		pcre2_jit_stack_assign(pattern->context, NULL, pattern->stack);
	}
	return pattern;
}

const char *
regex_text(const struct regex *pattern)
{
	return pattern->regex;
}

void
regex_free(struct regex *pattern)
{
	if (!pattern)
		return;
	pcre2_jit_stack_free(pattern->stack);
	pcre2_match_context_free(pattern->context);
	pcre2_match_data_free(pattern->match);
	pcre2_code_free(pattern->code);
	free(pattern->regex);
	free(pattern);
}

/* Reports, once for PATTERN, that a text counts as not matching because a limit was reached. */
static void
regex_report_failure(struct regex *pattern, size_t len, int error)
{
	PCRE2_UCHAR why[128];
	if (pattern->failed)
		return;
	pattern->failed = true;
	pcre2_get_error_message(error, why, sizeof(why));
	message("%s: cannot match %zu bytes: %s", pattern->regex, len, (const char *)why);
}

static int
regex_match(const struct regex *pattern, PCRE2_SPTR subject, size_t len, uint32_t options)
{
	return pcre2_match(pattern->code, subject, len, 0, options, pattern->match,
	                   pattern->context);
}

bool
regex_matches(struct regex *pattern, struct subunit2_view text)
{
	PCRE2_SPTR subject = (PCRE2_SPTR)(text.data ? text.data : "");
	int result = regex_match(pattern, subject, text.len, 0);
	if (result == PCRE2_ERROR_JIT_STACKLIMIT)
		result = regex_match(pattern, subject, text.len, PCRE2_NO_JIT);
	if (result < 0 && result != PCRE2_ERROR_NOMATCH)
		regex_report_failure(pattern, text.len, result);
	return result >= 0;
}

static int
regex_substitute(const struct regex *pattern, struct subunit2_view text, const char *replacement,
                 char *out, size_t *len)
{
	size_t size = *len;
	uint32_t options = PCRE2_SUBSTITUTE_GLOBAL | PCRE2_SUBSTITUTE_UNSET_EMPTY |
	                   PCRE2_SUBSTITUTE_OVERFLOW_LENGTH;
	for (;; options |= PCRE2_NO_JIT) {
		*len = size;
		int count =
			pcre2_substitute(pattern->code, (PCRE2_SPTR)text.data, text.len, 0, options,
		                         NULL, pattern->context, (PCRE2_SPTR)replacement,
		                         PCRE2_ZERO_TERMINATED, (PCRE2_UCHAR *)out, len);
		if (count != PCRE2_ERROR_JIT_STACKLIMIT || options & PCRE2_NO_JIT)
			return count;
	}
}

bool
regex_replacement_is_valid(const char *regex, const char *replacement,
                           char reason[REGEX_REASON_SIZE])
{
	/* PCRE2 checks a replacement only at a match, so match the empty string, with the same
	 * groups. The line feed ends a comment in REGEX. */
	char *both = memory_format("(?:%s\n)|", regex), out[REGEX_REASON_SIZE];
	struct regex *pattern = regex_new(both, reason);
	size_t len = sizeof(out);
	int count = 0;
	free(both);
	if (pattern)
		count = regex_substitute(pattern, SUBUNIT2_LITERAL(""), replacement, out, &len);
	regex_free(pattern);
	if (count >= 0 || count == PCRE2_ERROR_NOMEMORY)
		return true;
	pcre2_get_error_message(count, (PCRE2_UCHAR *)reason, REGEX_REASON_SIZE);
	return false;
}

char *
regex_replace(struct regex *pattern, struct subunit2_view text, const char *replacement,
              size_t *len)
{
	size_t size = text.len + strlen(replacement) + 1;
	char *out = memory_zeroed(size, 1);
	*len = size;
	int count = regex_substitute(pattern, text, replacement, out, len);
	if (count == PCRE2_ERROR_NOMEMORY) {
		out = memory_resize(out, *len, 1);
		count = regex_substitute(pattern, text, replacement, out, len);
	}
	if (count > 0)
		return out;
	free(out);
	if (count < 0)
		regex_report_failure(pattern, text.len, count);
	return NULL;
}

bool
regex_list_add(struct regex_list *patterns, const char *regex, char reason[REGEX_REASON_SIZE])
{
	struct regex *pattern = regex_new(regex, reason);
	if (!pattern)
		return false;
	patterns->items =
		memory_resize(patterns->items, patterns->count + 1, sizeof(*patterns->items));
	patterns->items[patterns->count++] = pattern;
	return true;
}

long
regex_list_first(const struct regex_list *patterns, struct subunit2_view text)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (regex_matches(patterns->items[i], text))
			return (long)i;
	return -1;
}

bool
regex_list_match(const struct regex_list *patterns, struct subunit2_view text)
{
	return regex_list_first(patterns, text) >= 0;
}

void
regex_list_clear(struct regex_list *patterns)
{
	for (size_t i = 0; i < patterns->count; i++)
		regex_free(patterns->items[i]);
	free(patterns->items);
	*patterns = (struct regex_list){0};
}

bool
regex_filter_matches(const struct regex_filter *filter, struct subunit2_view id)
{
	return (filter->match.count == 0 || regex_list_match(&filter->match, id)) &&
	       !regex_list_match(&filter->exclude, id);
}

void
regex_filter_clear(struct regex_filter *filter)
{
	regex_list_clear(&filter->match);
	regex_list_clear(&filter->exclude);
}
