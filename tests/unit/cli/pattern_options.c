/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Patterns: what matches, what is refused and why, match and exclude together. */
#include "pattern_options.h"
#include "check.h"

#include <string.h>

static bool
matches(const char *regex, struct subunit2_view text)
{
	char reason[REGEX_REASON_SIZE];
	struct regex *pattern = regex_new(regex, reason);
	bool result = pattern && regex_matches(pattern, text);
	regex_free(pattern);
	return result;
}

static bool
refused(const char *regex, const char *wanted)
{
	char reason[REGEX_REASON_SIZE];
	struct regex *pattern = regex_new(regex, reason);
	if (!pattern && strcmp(reason, wanted) == 0)
		return true;
	printf("# %s\n", pattern ? "compiled" : reason);
	regex_free(pattern);
	return false;
}

/* Takes "--match=a --exclude=b" and the like as a command does. */
static int
take(void *context, struct options *options, int option)
{
	return pattern_options_parse_filter(context, options, option);
}

static bool
admits(const char **argv, const char *id)
{
	static const struct options_spec spec = {
		.usage = "", .about = "", .table = pattern_options_table};
	struct regex_filter filter = {0};
	struct options options;
	int argc = 0;
	while (argv[argc])
		argc++;
	options_begin(&options, argc, argv, &spec);
	bool result = options_read(&options, take, &filter) &&
	              regex_filter_matches(&filter, subunit2_view_of(id));
	regex_filter_clear(&filter);
	options_end(&options);
	return result;
}

#define ARGV(...) ((const char *[]){"test", __VA_ARGS__, NULL})

int
main(void)
{
	CHECK(matches("b", SUBUNIT2_LITERAL("abc")));
	CHECK(!matches("^b", SUBUNIT2_LITERAL("abc")));
	CHECK(matches("^a.c$", SUBUNIT2_LITERAL("a\xc3\xa4"
	                                        "c")));
	CHECK(matches("c$", SUBUNIT2_LITERAL("\xff"
	                                     "c")));
	CHECK(!matches(".", SUBUNIT2_LITERAL("\xff")));
	CHECK(matches("a.b", SUBUNIT2_LITERAL("a\0b")));
	CHECK(matches("(?i)abc", SUBUNIT2_LITERAL("ABC")));
	CHECK(matches("^$", SUBUNIT2_ABSENT));

	CHECK(refused("a(b", "missing closing parenthesis, at offset 3"));
	CHECK(refused("*", "quantifier does not follow a repeatable item, at offset 0"));

	CHECK(admits(ARGV("--match=a"), "cat"));
	CHECK(!admits(ARGV("--match=a"), "dog"));
	CHECK(admits(ARGV("--match=a", "--match=o"), "dog"));
	CHECK(!admits(ARGV("--match=a", "--exclude=t"), "cat"));
	CHECK(admits(ARGV("--exclude=t"), "dog"));
	CHECK(!admits(ARGV("--exclude=x", "--exclude=g"), "dog"));
	return check_done();
}
