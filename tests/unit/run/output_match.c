/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Waiting for a line: whole, cut anywhere, and not ended. */
#include "output_match.h"
#include "check.h"

#include <stdint.h>
#include <stdlib.h>

static struct regex *pattern;

static bool
feed(struct output_match *match, int stream, const char *text)
{
	return output_match_feed(match, stream, subunit2_view_of(text), 0);
}

static void
check_lines(void)
{
	struct output_match *match = output_match_new(pattern);
	CHECK(!feed(match, 0, "not done\ndone not\n"));
	CHECK_NAMED("streams have lines of their own",
	            !feed(match, 0, "do") && !feed(match, 1, "ne\n"));
	CHECK_NAMED("pieces of a line are joined", feed(match, 0, "ne\n"));
	CHECK_NAMED("found is found", feed(match, 0, "else\n"));
	output_match_free(match);
	match = output_match_new(pattern);
	CHECK_NAMED("a carriage return is no part of a line", feed(match, 1, "done\r\n"));
	output_match_free(match);
}

static void
check_prompts(void)
{
	struct output_match *match = output_match_new(pattern);
	CHECK(output_match_deadline(match) == INT64_MAX && !feed(match, 0, "done"));
	CHECK_NAMED("a line without an end is looked at later",
	            output_match_deadline(match) < INT64_MAX &&
	                    !output_match_tick(match, output_match_deadline(match) - 1));
	CHECK(output_match_tick(match, output_match_deadline(match)));
	CHECK_NAMED("found stays found",
	            output_match_deadline(match) == INT64_MAX && output_match_tick(match, 0));
	output_match_free(match);
	match = output_match_new(pattern);
	CHECK(!feed(match, 0, "not") && !feed(match, 1, "not yet") &&
	      !output_match_tick(match, output_match_deadline(match)) &&
	      output_match_deadline(match) == INT64_MAX);
	CHECK_NAMED("a line may go on after it was looked at",
	            !feed(match, 1, "\ndone") &&
	                    output_match_tick(match, output_match_deadline(match)));
	output_match_free(match);
}

static void
check_long_lines(void)
{
	struct output_match *match = output_match_new(pattern);
	static char line[2 * OUTPUT_MATCH_LINE_MAX];
	memset(line, 'x', sizeof(line) - 1);
	CHECK_NAMED("a long line is no more than a line",
	            !feed(match, 0, line) && !feed(match, 0, line) && !feed(match, 0, "\n") &&
	                    feed(match, 0, "done\n"));
	output_match_free(match);
}

int
main(void)
{
	char reason[REGEX_REASON_SIZE];
	pattern = regex_new("^done$", reason);
	check_lines();
	check_prompts();
	check_long_lines();
	regex_free(pattern);
	return check_done();
}
