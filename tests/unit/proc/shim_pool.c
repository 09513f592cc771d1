/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The pool of shims: which shim gets a job, and which are signalled, waited for and freed. The
 * shims are numbers only: no process is started. */
#include "shim_pool.h"
#include "check.h"
#include "count_fds.h"

#include "fault.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utlist.h>

#define FIRST_PID 5000000 /* above the pid of any process */

static pid_t last_pid;
static bool is_parked; /* the shim that was started last waits for further jobs */
static pid_t killed[8], waited[8];
static size_t kills, waits;
static struct shim_pool pool;

/* Starts no shim: the socket has no other end. */
pid_t
shim_start(const struct shim_options *options, int *control)
{
	int ends[2];
	if (fault_hits("shim_start"))
		return -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		exit(99);
	*control = ends[0];
	close(ends[1]);
	is_parked = options->parked;
	return ++last_pid;
}

void
shim_send_order(int control, enum shim_request request, int signo)
{
	int order[] = {(int)request, signo};
	send(control, order, sizeof(order), 0);
}

int
kill(pid_t pid, int signo)
{
	if (signo == SIGKILL && kills < 8)
		killed[kills++] = pid;
	return 0;
}

pid_t
waitpid(pid_t pid, int *status, int options)
{
	if (fault_hits("waitpid"))
		return -1;
	if (!status && !options && waits < 8)
		waited[waits++] = pid;
	return pid;
}

static void
begin(void)
{
	last_pid = FIRST_PID;
	kills = waits = 0;
	pool = (struct shim_pool){0};
}

static struct shim_pool_worker *
acquire(bool parked)
{
	static char *const words[] = {(char *)"true", NULL};
	struct shim_options options = {
		.job = {.spawn = {.argv = words, .envp = words + 1, .fds = {0, 1, 2}},
	                .output_fds = {-1, -1}},
		.parked = parked};
	return shim_pool_acquire(&pool, &options);
}

/* Gives WORKER a socket to which a message can be sent. Returns its other end. */
static int
connect_worker(struct shim_pool_worker *worker)
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		exit(99);
	close(worker->control);
	worker->control = ends[0];
	return ends[1];
}

/* Returns the length of the next message at END, of which ORDER gets the first bytes; 0 without
 * one. */
static ssize_t
receive_order(int end, int order[2])
{
	char bytes[512] = "";
	ssize_t got = recv(end, bytes, sizeof(bytes), MSG_DONTWAIT);
	memcpy(order, bytes, 2 * sizeof(int));
	return got > 0 ? got : 0;
}

static ssize_t
receive(int end)
{
	return receive_order(end, (int[2]){0});
}

static size_t
count_workers(void)
{
	const struct shim_pool_worker *worker;
	size_t count = 0;
	DL_COUNT(pool.workers, worker, count);
	return count;
}

static void
test_acquire(void)
{
	begin();
	int before = count_fds();
	fault_arm("shim_start", EAGAIN, 0, 1);
	CHECK(!acquire(true) && errno == EAGAIN && fault_disarm() == 1 && count_workers() == 0);
	struct shim_pool_worker *one = acquire(true);
	CHECK(one && one->pid == FIRST_PID + 1 && one->control >= 0 && !one->parked &&
	      !one->leaving && !one->dropped && count_fds() == before + 1);
	struct shim_pool_worker *two = acquire(true);
	CHECK_NAMED("a shim that has a job gets no other",
	            two != one && count_workers() == 2 && is_parked);
	int end = connect_worker(one);
	shim_pool_park(&pool, one);
	CHECK(one->parked && count_workers() == 2);
	CHECK_NAMED("a job that no parked shim may have gets a new one",
	            acquire(false)->pid == FIRST_PID + 3 && one->parked && !receive(end) &&
	                    !is_parked);
	CHECK_NAMED("a parked shim gets the next job",
	            acquire(true) == one && !one->parked && receive(end) > 0);
	close(end);
	shim_pool_stop(&pool);
	CHECK(count_workers() == 0 && count_fds() == before && kills == 0 && waits == 0);
}

static void
test_lost(void)
{
	begin();
	struct shim_pool_worker *gone = acquire(true), *reaped = acquire(true),
				*good = acquire(true);
	int end = connect_worker(good);
	shim_pool_park(&pool, gone);
	shim_pool_park(&pool, reaped);
	shim_pool_park(&pool, good);
	reaped->pid = 0;
	CHECK_NAMED("of parked shims, those that are gone are passed over", acquire(true) == good);
	CHECK(gone->dropped && gone->control == -1 && !gone->parked && count_workers() == 2);
	shim_pool_reaped(&pool, FIRST_PID + 1);
	CHECK(count_workers() == 1 && pool.workers == good);
	close(end);
	shim_pool_park(&pool, good);
	CHECK_NAMED("without one that is left, a new one is started",
	            acquire(true)->pid == FIRST_PID + 4 && good->dropped);
	shim_pool_stop(&pool);
}

/* Every shim has its first job from its fork, and waits for further ones only if they can be
 * sent. */
static void
test_large_jobs(void)
{
	static char word[200000];
	memset(word, 'x', sizeof(word) - 1);
	char *const words[] = {word, NULL};
	struct shim_options options = {.job = {.spawn = {.argv = words, .envp = words + 1}},
	                               .parked = true};
	begin();
	struct shim_pool_worker *parked = acquire(true);
	shim_pool_park(&pool, parked);
	struct shim_pool_worker *other = shim_pool_acquire(&pool, &options);
	CHECK_NAMED("a job that is too large for a message leaves the parked shim",
	            other && other != parked && parked->parked && !parked->dropped);
	CHECK_NAMED("its own shim waits for no further job", !is_parked);
	shim_pool_stop(&pool);
	CHECK(shim_pool_acquire(&pool, &options) && is_parked);
	shim_pool_stop(&pool);
	CHECK(acquire(false) && !is_parked);
	shim_pool_stop(&pool);
}

static void
test_free(void)
{
	begin();
	shim_pool_drop(&pool, NULL);
	struct shim_pool_worker *one = acquire(true), *two = acquire(true), *three = acquire(true);
	CHECK(shim_pool_has(&pool, two->pid) && !shim_pool_has(&pool, FIRST_PID));
	shim_pool_reaped(&pool, FIRST_PID);
	CHECK_NAMED("a child that is no shim changes nothing", count_workers() == 3);
	shim_pool_reaped(&pool, FIRST_PID + 1);
	CHECK_NAMED("a shim that was reaped stays until its process is over",
	            count_workers() == 3 && one->pid == 0 && !shim_pool_has(&pool, FIRST_PID + 1));
	shim_pool_drop(&pool, one);
	CHECK(count_workers() == 2);
	shim_pool_drop(&pool, two);
	CHECK_NAMED("one that is dropped stays until it is reaped",
	            count_workers() == 2 && two->control == -1);
	shim_pool_reaped(&pool, FIRST_PID + 2);
	CHECK(count_workers() == 1);
	shim_pool_park(&pool, three);
	shim_pool_reaped(&pool, FIRST_PID + 3);
	CHECK_NAMED("one that ends while it is parked is freed", count_workers() == 0);
	one = acquire(true);
	shim_pool_reaped(&pool, one->pid);
	shim_pool_park(&pool, one);
	CHECK_NAMED("as is one that ended before it was parked", count_workers() == 0);
}

static void
test_send(void)
{
	int ends[3], order[2];
	struct shim_pool_worker *workers[3];
	begin();
	for (int i = 0; i < 3; i++) {
		workers[i] = acquire(true);
		ends[i] = connect_worker(workers[i]);
	}
	shim_pool_park(&pool, workers[0]);
	shim_pool_close(workers[1]);
	shim_pool_close(workers[1]);
	CHECK(workers[1]->control == -1);
	shim_pool_send(&pool, SHIM_STOP);
	CHECK_NAMED("only shims that have a job get a request",
	            !receive(ends[0]) && !receive(ends[1]) &&
	                    receive_order(ends[2], order) == sizeof(order) &&
	                    order[0] == SHIM_STOP && order[1] == 0 && !receive(ends[2]));
	for (int i = 0; i < 3; i++)
		close(ends[i]);
	shim_pool_stop(&pool);
}

static void
test_stop(void)
{
	struct shim_pool_worker *workers[6];
	begin();
	int before = count_fds();
	for (int i = 0; i < 6; i++)
		workers[i] = acquire(true);
	shim_pool_park(&pool, workers[1]);
	workers[2]->leaving = true;
	workers[3]->leaving = true;
	workers[3]->pid = 0;
	shim_pool_park(&pool, workers[4]);
	workers[4]->pid = 0;
	workers[5]->pid = 0;
	fault_arm("waitpid", EINTR, 0, 2);
	shim_pool_stop(&pool);
	CHECK_NAMED("parked shims are killed, once", kills == 1 && killed[0] == FIRST_PID + 2);
	CHECK_NAMED("they and those that are leaving are waited for, the others are not",
	            fault_disarm() == 2 && waits == 2 && waited[0] == FIRST_PID + 2 &&
	                    waited[1] == FIRST_PID + 3);
	CHECK(count_workers() == 0 && count_fds() == before);
	struct shim_pool_worker *one = acquire(true);
	shim_pool_park(&pool, one);
	fault_arm("waitpid", ECHILD, 0, 1);
	shim_pool_stop(&pool);
	CHECK_NAMED("a shim that another has reaped is not waited for again",
	            fault_disarm() == 1 && waits == 2 && !pool.workers);
}

int
main(void)
{
	test_acquire();
	test_lost();
	test_large_jobs();
	test_free();
	test_send();
	test_stop();
	return check_done();
}
