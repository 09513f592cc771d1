#define PCRE2_CODE_UNIT_WIDTH 8
#include "pattern.h"

#include "memory.h"

#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

enum {
	OPTION_MATCH = OPTIONS_PATTERNS,
	OPTION_EXCLUDE,
};

const struct poptOption pattern_filter_table[] = {
	{"match", '\0', POPT_ARG_STRING, NULL, OPTION_MATCH,
         "only tests whose id this matches (PCRE); repeatable", "REGEX"},
	{"exclude", '\0', POPT_ARG_STRING, NULL, OPTION_EXCLUDE,
         "not the tests whose id this matches; repeatable", "REGEX"},
	POPT_TABLEEND,
};

struct pattern {
	pcre2_code *code;
	pcre2_match_data *match;
};

struct pattern *
pattern_new(const char *regex, char reason[PATTERN_REASON_SIZE])
{
	int error;
	PCRE2_SIZE offset;
	pcre2_code *code =
		pcre2_compile((PCRE2_SPTR)regex, PCRE2_ZERO_TERMINATED,
	                      PCRE2_UTF | PCRE2_MATCH_INVALID_UTF, &error, &offset, NULL);
	if (!code) {
		PCRE2_UCHAR why[128];
		pcre2_get_error_message(error, why, sizeof(why));
		snprintf(reason, PATTERN_REASON_SIZE, "%s, at offset %zu", (const char *)why,
		         offset);
		return NULL;
	}
	/* Only faster: where there is no compiler to machine code, nothing changes. */
	pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	struct pattern *pattern = memory_zeroed(1, sizeof(*pattern));
	pattern->code = code;
	pattern->match = memory_have(pcre2_match_data_create(1, NULL));
	return pattern;
}

void
pattern_free(struct pattern *pattern)
{
	if (!pattern)
		return;
	pcre2_match_data_free(pattern->match);
	pcre2_code_free(pattern->code);
	free(pattern);
}

bool
pattern_matches(const struct pattern *pattern, struct subunit2_view text)
{
	PCRE2_SPTR subject = (PCRE2_SPTR)(text.data ? text.data : "");
	return pcre2_match(pattern->code, subject, text.len, 0, 0, pattern->match, NULL) >= 0;
}

static int
substitute(const struct pattern *pattern, struct subunit2_view text, const char *replacement,
           char *out, size_t *len)
{
	uint32_t options = PCRE2_SUBSTITUTE_GLOBAL | PCRE2_SUBSTITUTE_UNSET_EMPTY |
	                   PCRE2_SUBSTITUTE_OVERFLOW_LENGTH;
	return pcre2_substitute(pattern->code, (PCRE2_SPTR)text.data, text.len, 0, options, NULL,
	                        NULL, (PCRE2_SPTR)replacement, PCRE2_ZERO_TERMINATED,
	                        (PCRE2_UCHAR *)out, len);
}

char *
pattern_replace(const struct pattern *pattern, struct subunit2_view text, const char *replacement,
                size_t *len, char reason[PATTERN_REASON_SIZE])
{
	size_t size = text.len + strlen(replacement) + 1;
	char *out = memory_zeroed(size, 1);
	*len = size;
	int count = substitute(pattern, text, replacement, out, len);
	if (count == PCRE2_ERROR_NOMEMORY) {
		out = memory_resize(out, *len, 1);
		count = substitute(pattern, text, replacement, out, len);
	}
	reason[0] = '\0';
	if (count > 0)
		return out;
	free(out);
	if (count < 0)
		pcre2_get_error_message(count, (PCRE2_UCHAR *)reason, PATTERN_REASON_SIZE);
	return NULL;
}

int
patterns_add(struct patterns *patterns, struct options *options)
{
	char reason[PATTERN_REASON_SIZE];
	struct pattern *pattern = pattern_new(options->value, reason);
	if (!pattern)
		return options_refuse_value(options, reason);
	patterns->items =
		memory_resize(patterns->items, patterns->count + 1, sizeof(*patterns->items));
	patterns->items[patterns->count++] = pattern;
	return 0;
}

bool
patterns_match(const struct patterns *patterns, struct subunit2_view text)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (pattern_matches(patterns->items[i], text))
			return true;
	return false;
}

void
patterns_clear(struct patterns *patterns)
{
	for (size_t i = 0; i < patterns->count; i++)
		pattern_free(patterns->items[i]);
	free(patterns->items);
	*patterns = (struct patterns){0};
}

int
pattern_filter_take(struct pattern_filter *filter, struct options *options, int option)
{
	return patterns_add(option == OPTION_MATCH ? &filter->match : &filter->exclude, options);
}

bool
pattern_filter_admits(const struct pattern_filter *filter, struct subunit2_view id)
{
	return (filter->match.count == 0 || patterns_match(&filter->match, id)) &&
	       !patterns_match(&filter->exclude, id);
}

void
pattern_filter_clear(struct pattern_filter *filter)
{
	patterns_clear(&filter->match);
	patterns_clear(&filter->exclude);
}
