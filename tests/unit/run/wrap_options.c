/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The options of wrap: their defaults, values and refusals. */
#include "wrap_options.h"
#include "check.h"
#include "option_says.h"
#include "regex.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static struct wrap_options opts;

static void
begin(void)
{
	wrap_options_clear(&opts);
	wrap_options_begin(&opts);
}

static const struct option_reader option_reader = {wrap_options_table, begin, wrap_options_parse,
                                                   NULL, &opts};

static void
check_defaults(void)
{
	CHECK(accepts(""));
	CHECK(opts.makefile_fd == -1 && opts.writer.list_ends && opts.writer.verbose == 0);
	CHECK(opts.exit == EXIT_COMMAND && !opts.id && !opts.route_code && !opts.cwd);
	CHECK(!opts.die_on_stdin_eof && !opts.transparent && !opts.automake && !opts.until);
	CHECK(opts.job.rules.skip_exit == 77 && !opts.job.rules.expect_fail);
	CHECK(!opts.job.process.merge && opts.job.process.leaked == PROCESS_KEEP);
}

static void
check_values(void)
{
	CHECK(accepts("--id=a -i b") && holds(opts.id, "b"));
	CHECK(says("--id=", "--id=: is empty\n"));
	CHECK(accepts("--route-code=0/1") && holds(opts.route_code, "0/1"));
	CHECK(accepts("-t a --tag=b") && subunit2_tagset_view(&opts.tags).count == 2);
	CHECK(accepts("--cwd=a --cwd=b") && holds(opts.cwd, "b"));
	CHECK(accepts("--env=A=1 --env=B==") && opts.environment.count == 2);
	CHECK(holds(opts.environment.items[0], "A=1") && holds(opts.environment.items[1], "B=="));
	CHECK(says("--env=A", "--env=A: not NAME=VALUE\n"));
	CHECK(says("--env==1", "--env==1: not NAME=VALUE\n"));
	CHECK(accepts("--until=a --until=b") && opts.until);
	CHECK(regex_matches(opts.until, SUBUNIT2_LITERAL("b")));
	CHECK(!regex_matches(opts.until, SUBUNIT2_LITERAL("a")));
	CHECK(says("--until=(", "--until=(: missing closing parenthesis, at offset 1\n"));
	CHECK(accepts("--keep=1") && opts.outputs.keep == 1);
	CHECK(says("--keep=0", "--keep=0: not a number from 1\n"));
	CHECK(accepts("--keep=18446744073709551615") && opts.outputs.keep == UINT64_MAX);
	CHECK(accepts("--exit=verdict") && opts.exit == EXIT_VERDICT);
	CHECK(accepts("--exit=stream") && opts.exit == EXIT_STREAM);
	CHECK(accepts("--exit=stream --exit=command") && opts.exit == EXIT_COMMAND);
	CHECK(says("--exit=x", "--exit=x: not command, verdict or stream\n"));
	CHECK(accepts("--timeout=2s") && opts.job.process.timeout_ns == 2 * EVENT_LOOP_S);
	CHECK(accepts("-o a.xml") && opts.outputs.count == 1);
}

static void
check_flags(void)
{
	CHECK(accepts("-v") && opts.writer.verbose == 1);
	CHECK(accepts("-q") && opts.writer.verbose == -1);
	CHECK(accepts("--merge") && opts.job.process.merge);
	CHECK(accepts("--expect-fail") && opts.job.rules.expect_fail);
	CHECK(accepts("--transparent") && opts.transparent && !opts.automake);
	CHECK(accepts("--automake") && opts.automake && !opts.die_on_stdin_eof);
	CHECK(accepts("--die-on-stdin-eof") && opts.die_on_stdin_eof);
	CHECK(!opts.transparent && !opts.job.process.merge && !opts.job.rules.expect_fail);
}

/* The makefile of --automake is closed, also if it is the first descriptor. */
static void
check_makefile(void)
{
	struct wrap_options closed;
	int saved = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	for (int fd = 0; fd <= 3; fd += 3) {
		wrap_options_begin(&closed);
		closed.makefile_fd = dup2(STDERR_FILENO, fd == 3 ? saved + 1 : fd);
		int makefile_fd = closed.makefile_fd;
		wrap_options_clear(&closed);
		CHECK(makefile_fd >= 0 && fcntl(makefile_fd, F_GETFD) < 0);
	}
	dup2(saved, STDIN_FILENO);
	close(saved);
}

int
main(void)
{
	messages_begin();
	wrap_options_begin(&opts);
	check_defaults();
	check_values();
	check_flags();
	check_makefile();
	wrap_options_clear(&opts);
	return check_done();
}
