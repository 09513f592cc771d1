/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The jobserver's client, against a pipe and a fifo of our own. */
#include "jobserver.h"
#include "check.h"
#include "count_fds.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A fork gives back the tokens that it keeps, and no other. */
static void
check_forks(struct jobserver *server, struct jobserver_loan *loan)
{
	for (int keeps = 0; keeps < 2; keeps++) {
		/* Valgrind lets a fork write what was said before it. */
		fflush(stdout);
		if (fork() == 0) {
			if (keeps)
				jobserver_keep(loan);
			jobserver_give_kept(server, loan);
			_exit(0);
		}
		wait(NULL);
		CHECK(jobserver_is_lent(loan) == !keeps);
	}
}

static void
check_tokens(const char *makeflags, int tokens_out)
{
	struct jobserver server;
	struct jobserver_loan *loans = jobserver_loans_new(3);
	int before = count_fds();
	for (int i = 0; i < 3; i++)
		CHECK(!jobserver_is_lent(&loans[i]));
	CHECK(jobserver_open(&server, makeflags) == JOBSERVER_USABLE);
	CHECK(jobserver_take(&server, &loans[0]) && loans[0].token == 'a');
	CHECK(jobserver_take(&server, &loans[1]) && loans[1].token == 'b');
	CHECK_NAMED("an empty jobserver does not block", !jobserver_take(&server, &loans[2]));
	CHECK(jobserver_is_lent(&loans[1]) && !jobserver_is_lent(&loans[2]));
	jobserver_give(&server, &loans[1]);
	CHECK(jobserver_take(&server, &loans[2]) && loans[2].token == 'b');
	check_forks(&server, &loans[2]);
	jobserver_give(&server, &loans[0]);
	CHECK(!jobserver_is_lent(&loans[0]) && !jobserver_is_lent(&loans[2]));
	jobserver_give(&server, &loans[0]);
	CHECK_NAMED("make's own description stays blocking",
	            !(fcntl(tokens_out, F_GETFL) & O_NONBLOCK));
	jobserver_close(&server);
	CHECK_NAMED("no descriptor stays open", count_fds() == before);
	char rest[4] = "";
	CHECK_NAMED("both bytes went back, once",
	            read(tokens_out, rest, 3) == 2 && !strcmp(rest, "ba"));
	jobserver_loans_free(loans, 3);
	if (!getenv("CHECK_VALGRIND")) /* which reports the call */
		CHECK_NAMED("the memory of the loans is given back",
		            msync(loans, 1, MS_ASYNC) < 0 && errno == ENOMEM);
}

/* Returns the state of a jobserver at the descriptors READ_FD and WRITE_FD, which END follows. */
static enum jobserver_state
state_at(int read_fd, int write_fd, const char *end)
{
	char flags[64];
	struct jobserver server;
	snprintf(flags, sizeof(flags), "--jobserver-auth=%d,%d%s", read_fd, write_fd, end);
	enum jobserver_state state = jobserver_open(&server, flags);
	if (state == JOBSERVER_USABLE)
		jobserver_close(&server);
	return state;
}

/* A file of the same number is something else if make's were closed. */
static void
check_other_files(void)
{
	int one[2], two[2], null = open("/dev/null", O_RDWR);
	if (pipe(one) < 0 || pipe(two) < 0)
		exit(1);
	CHECK(state_at(one[0], one[1], "") == JOBSERVER_USABLE);
	CHECK(state_at(one[0], one[1], "x") == JOBSERVER_CLOSED);
	CHECK(state_at(one[0], two[1], "") == JOBSERVER_CLOSED);
	CHECK(state_at(null, null, "") == JOBSERVER_CLOSED);
	CHECK(state_at(one[0], null, "") == JOBSERVER_CLOSED &&
	      state_at(null, one[1], "") == JOBSERVER_CLOSED);
	for (int i = 0; i < 2; i++) {
		close(one[i]);
		close(two[i]);
	}
	close(null);
}

static void
check_pipe(void)
{
	int fds[2];
	char flags[128];
	struct jobserver server;
	if (pipe(fds) < 0 || write(fds[1], "ab", 2) != 2)
		exit(1);
	snprintf(flags, sizeof(flags),
	         "k -j7 --jobserver-auth=98,99 --jobserver-auth=%d,%d -- X=--jobserver-auth=1,2",
	         fds[0], fds[1]);
	check_tokens(flags, fds[0]);
	CHECK(jobserver_open(&server, flags) == JOBSERVER_USABLE && server.jobs == 7 &&
	      server.keep_fds[0] == fds[0] && server.keep_fds[1] == fds[1]);
	jobserver_close(&server);
	close(fds[1]);
	CHECK_NAMED("a closed descriptor is reported",
	            jobserver_open(&server, flags) == JOBSERVER_CLOSED);
	close(fds[0]);
}

static void
check_fifo(void)
{
	char directory[] = "/tmp/jobserver-XXXXXX", path[64], flags[128];
	if (!mkdtemp(directory))
		exit(1);
	snprintf(path, sizeof(path), "%s/fifo", directory);
	snprintf(flags, sizeof(flags), " -j4 --jobserver-auth=fifo:%s", path);
	if (mkfifo(path, 0600) < 0)
		exit(1);
	int fd = open(path, O_RDWR);
	if (write(fd, "ab", 2) != 2)
		exit(1);
	check_tokens(flags, fd);
	close(fd);
	unlink(path);
	rmdir(directory);
	struct jobserver server;
	CHECK(jobserver_open(&server, flags) == JOBSERVER_FAILED);
}

static void
check_flags(void)
{
	struct jobserver server;
	CHECK(jobserver_open(&server, NULL) == JOBSERVER_ABSENT);
	CHECK(jobserver_open(&server, "") == JOBSERVER_ABSENT);
	CHECK(jobserver_open(&server, "ks -j3") == JOBSERVER_ABSENT && server.jobs == 3);
	CHECK_NAMED("words after -- are variables",
	            jobserver_open(&server, "-j2 -- -j9 --jobserver-auth=0,1") ==
	                            JOBSERVER_ABSENT &&
	                    server.jobs == 2);
	CHECK(jobserver_open(&server, "-j --job") == JOBSERVER_ABSENT && server.jobs == 0);
	CHECK(jobserver_open(&server, "-j 5") == JOBSERVER_ABSENT && server.jobs == 0);
	CHECK(jobserver_open(&server, "-j3 --silent") == JOBSERVER_ABSENT && server.jobs == 3);
	CHECK(jobserver_open(&server, "--jobserver-auth=0,1x") == JOBSERVER_CLOSED);
	CHECK(jobserver_open(&server, "--jobserver-auth=0,x") == JOBSERVER_CLOSED);
	CHECK(jobserver_open(&server, "--jobserver-fds=900,901") == JOBSERVER_CLOSED);
	char *rest = jobserver_strip("ks -j3 --jobserver-auth=3,4 -- A=1");
	CHECK(strcmp(rest, "ks -j3 -- A=1") == 0);
	free(rest);
}

int
main(void)
{
	check_flags();
	check_pipe();
	check_fifo();
	check_other_files();
	return check_done();
}
