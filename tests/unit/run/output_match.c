/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Waiting for a line: whole, cut anywhere, and not ended. */
#include "output_match.h"
#include "check.h"

#include <stdint.h>
#include <stdlib.h>

static struct pattern *pattern;

static bool
feed(struct until *until, int stream, const char *text)
{
	return until_feed(until, stream, subunit2_view_of(text), 0);
}

static void
check_lines(void)
{
	struct until *until = until_new(pattern);
	CHECK(!feed(until, 0, "not done\ndone not\n"));
	CHECK_NAMED("streams have lines of their own",
	            !feed(until, 0, "do") && !feed(until, 1, "ne\n"));
	CHECK_NAMED("pieces of a line are joined", feed(until, 0, "ne\n"));
	CHECK_NAMED("found is found", feed(until, 0, "else\n"));
	until_free(until);
	until = until_new(pattern);
	CHECK_NAMED("a carriage return is no part of a line", feed(until, 1, "done\r\n"));
	until_free(until);
}

static void
check_prompts(void)
{
	struct until *until = until_new(pattern);
	CHECK(until_deadline(until) == INT64_MAX && !feed(until, 0, "done"));
	CHECK_NAMED("a line without an end is looked at later",
	            until_deadline(until) < INT64_MAX &&
	                    !until_tick(until, until_deadline(until) - 1));
	CHECK(until_tick(until, until_deadline(until)));
	until_free(until);
}

static void
check_long_lines(void)
{
	struct until *until = until_new(pattern);
	static char line[2 * UNTIL_LINE_MAX];
	memset(line, 'x', sizeof(line) - 1);
	CHECK_NAMED("a long line is no more than a line",
	            !feed(until, 0, line) && !feed(until, 0, line) && !feed(until, 0, "\n") &&
	                    feed(until, 0, "done\n"));
	until_free(until);
}

int
main(void)
{
	char reason[PATTERN_REASON_SIZE];
	pattern = pattern_new("^done$", reason);
	check_lines();
	check_prompts();
	check_long_lines();
	pattern_free(pattern);
	return check_done();
}
