/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The outputs of a process: their order, their ends, and reads that fail. */
#include "process_output.h"
#include "check.h"
#include "count_fds.h"

#include "fault.h"
#include "still_clock.h"
#include "supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PIECE SUPERVISOR_BUFFER_SIZE

static struct event_loop *loop;
static struct process_output output;
static char buffers[2][PIECE];
static int ends[2]; /* to write to, by stream */

static char heard[128]; /* "o" or "e", and the bytes of each piece; "." for each end */
static size_t heard_bytes;

static struct {
	int fd;          /* from which reads return bytes without an end; -1: none */
	size_t len;      /* of the piece that SHORT_READ has */
	unsigned number; /* of the next read */
	unsigned short_read;
} flood = {.fd = -1};

ssize_t
read(int fd, void *bytes, size_t size)
{
	if (fault_hits("read"))
		return -1;
	if (fd != flood.fd)
		return syscall(SYS_read, fd, bytes, size);
	return flood.number++ == flood.short_read ? (ssize_t)flood.len : (ssize_t)size;
}

int
pipe2(int fds[2], int flags)
{
	return fault_hits("pipe2") ? -1 : (int)syscall(SYS_pipe2, fds, flags);
}

int
ppoll(struct pollfd *polls, nfds_t count, const struct timespec *wait, const sigset_t *mask)
{
	(void)mask;
	return poll(polls, count, wait && wait->tv_sec == 0 && wait->tv_nsec == 0 ? 0 : -1);
}

static void
on_output(void *context, enum process_stream stream, struct subunit2_view bytes)
{
	size_t len = strlen(heard);
	heard_bytes += bytes.len;
	if (context == &output && bytes.len < 16)
		snprintf(heard + len, sizeof(heard) - len, "%c%.*s",
		         stream == PROCESS_STDOUT ? 'o' : 'e', (int)bytes.len, bytes.data);
}

static void
on_end(void *context)
{
	size_t len = strlen(heard);
	if (context == &output && len < sizeof(heard) - 1)
		strcpy(heard + len, ".");
}

static void
begin_with(bool terminal)
{
	static char *const pointers[] = {buffers[0], buffers[1]};
	loop = event_loop_new();
	output = (struct process_output){.loop = loop,
	                                 .buffers = pointers,
	                                 .terminal = terminal,
	                                 .deliver = on_output,
	                                 .ended = on_end,
	                                 .context = &output};
	process_output_init(&output);
	heard[0] = '\0';
	heard_bytes = 0;
}

static void
begin(void)
{
	begin_with(false);
	for (int i = 0; i < 2; i++)
		if ((ends[i] = process_output_open(&output, (enum process_stream)i, 0)) < 0)
			exit(99);
}

static void
end(void)
{
	process_output_close(&output);
	process_output_close(&output);
	event_loop_free(loop);
}

static void
put(enum process_stream stream, const char *text)
{
	if (write(ends[stream], text, strlen(text)) < 0)
		exit(99);
}

/* A turn that does not wait. */
static void
do_nothing(void *context)
{
	(void)context;
}

static void
turn(void)
{
	struct event_loop_timer now = {0};
	event_loop_timer_start(loop, &now, 0, do_nothing, NULL);
	event_loop_turn(loop);
	event_loop_timer_stop(loop, &now);
}

static bool
have_heard(const char *expected)
{
	bool same = strcmp(heard, expected) == 0;
	if (!same)
		printf("# %s, not %s\n", heard, expected);
	heard[0] = '\0';
	return same;
}

static void
test_open(void)
{
	int before = count_fds();
	begin_with(false);
	CHECK(output.fds[0] == -1 && output.fds[1] == -1);
	fault_arm("pipe2", EMFILE, 0, 1);
	CHECK(process_output_open(&output, PROCESS_STDOUT, 0) == -1 && errno == EMFILE &&
	      fault_disarm() == 1 && output.fds[0] == -1);
	int out = process_output_open(&output, PROCESS_STDOUT, 1 << 17);
	int err = process_output_open(&output, PROCESS_STDERR, 0);
	CHECK(fcntl(output.fds[0], F_GETFL) & O_NONBLOCK &&
	      fcntl(output.fds[1], F_GETFL) & O_NONBLOCK);
	CHECK_NAMED("a command writes to a blocking pipe",
	            !(fcntl(out, F_GETFL) & O_NONBLOCK) && fcntl(out, F_GETFD) == FD_CLOEXEC &&
	                    fcntl(output.fds[0], F_GETFD) == FD_CLOEXEC);
	CHECK_NAMED("a pipe has the size that is wanted, else the default",
	            fcntl(out, F_GETPIPE_SZ) == 1 << 17 && fcntl(err, F_GETPIPE_SZ) == 1 << 16);
	process_output_check(&output);
	CHECK(have_heard(""));
	end();
	CHECK(output.fds[0] == -1 && output.fds[1] == -1 && count_fds() == before + 2);
	close(out);
	close(err);
}

static void
test_order(void)
{
	begin();
	put(PROCESS_STDOUT, "1");
	put(PROCESS_STDERR, "2");
	turn();
	CHECK_NAMED("standard error comes first", have_heard("e2o1"));
	put(PROCESS_STDOUT, "3");
	turn();
	put(PROCESS_STDERR, "4");
	turn();
	CHECK(have_heard("o3e4"));
	put(PROCESS_STDERR, "5");
	close(ends[PROCESS_STDERR]);
	turn();
	turn();
	CHECK_NAMED("the end of one output is no end", have_heard("e5"));
	put(PROCESS_STDOUT, "6");
	close(ends[PROCESS_STDOUT]);
	turn();
	CHECK(have_heard("o6"));
	turn();
	CHECK_NAMED("the end of both is", have_heard(".") && output.errnum == 0);
	turn();
	CHECK(have_heard(""));
	process_output_check(&output);
	CHECK(have_heard(".") && process_output_drain(&output) && have_heard(""));
	CHECK(!output.watches[0].watched && !output.watches[1].watched);
	end();

	begin();
	close(ends[PROCESS_STDOUT]);
	turn();
	CHECK(have_heard(""));
	put(PROCESS_STDERR, "7");
	turn();
	close(ends[PROCESS_STDERR]);
	turn();
	CHECK_NAMED("standard error may be the last", have_heard("e7."));
	end();
}

static void
test_drain(void)
{
	begin();
	put(PROCESS_STDOUT, "1");
	put(PROCESS_STDERR, "2");
	CHECK_NAMED("the content of the pipes is drained",
	            !process_output_drain(&output) && have_heard("e2o1"));
	put(PROCESS_STDOUT, "3");
	close(ends[PROCESS_STDOUT]);
	CHECK(!process_output_drain(&output) && have_heard("o3"));
	close(ends[PROCESS_STDERR]);
	errno = EINTR;
	CHECK_NAMED("up to their ends", process_output_drain(&output) && have_heard(""));
	end();

	/* Output that never ends is drained up to a limit of a megabyte, which is
	 * looked at before each read. */
	for (size_t less = 0; less < 2; less++) {
		begin();
		flood.fd = output.fds[PROCESS_STDERR];
		flood.number = 0;
		flood.short_read = 3;
		flood.len = PIECE - less;
		CHECK(!process_output_drain(&output) &&
		      heard_bytes == (4 + less) * (size_t)PIECE - less);
		flood.fd = -1;
		close(ends[0]);
		close(ends[1]);
		end();
	}
}

static void
test_faults(void)
{
	begin();
	put(PROCESS_STDOUT, "1");
	fault_arm("read", EINTR, 0, 2);
	turn();
	CHECK_NAMED("a read that is interrupted is made again",
	            fault_disarm() == 2 && have_heard("o1"));
	put(PROCESS_STDOUT, "2");
	fault_arm("read", EAGAIN, 0, 1);
	turn();
	CHECK(fault_disarm() == 1 && have_heard("") && output.fds[PROCESS_STDOUT] >= 0);
	turn();
	CHECK(have_heard("o2") && output.errnum == 0);
	put(PROCESS_STDOUT, "3");
	fault_arm("read", EIO, 0, 1);
	turn();
	CHECK_NAMED("a read that fails closes the output",
	            fault_disarm() == 1 && have_heard("") && output.fds[PROCESS_STDOUT] == -1 &&
	                    output.errnum == EIO && output.fds[PROCESS_STDERR] >= 0);
	close(ends[PROCESS_STDOUT]);
	put(PROCESS_STDERR, "4");
	fault_arm("read", ENOMEM, 0, 1);
	turn();
	CHECK_NAMED("that of both is the end",
	            have_heard(".") && output.errnum == ENOMEM && fault_disarm() == 1);
	close(ends[PROCESS_STDERR]);
	end();
}

/* EIO at the upper end of a terminal: no process has the lower end open. */
static void
test_terminal(void)
{
	int fds[2];
	begin_with(true);
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		exit(99);
	ends[PROCESS_STDOUT] = fds[1];
	process_output_watch(&output, PROCESS_STDOUT, fds[0]);
	CHECK(!process_output_drain(&output));
	put(PROCESS_STDOUT, "1");
	fault_arm("read", EIO, 0, 1);
	turn();
	CHECK_NAMED("a terminal that is closed is at its end for now",
	            fault_disarm() == 1 && have_heard(".") && output.errnum == 0 &&
	                    output.fds[PROCESS_STDOUT] == fds[0] && output.hung_up);
	now_ns += 20 * EVENT_LOOP_MS;
	turn();
	CHECK_NAMED("it is not read for 20 ms", have_heard(""));
	now_ns += 1;
	turn();
	CHECK_NAMED("then it may be open again", have_heard("o1") && !output.hung_up);
	put(PROCESS_STDOUT, "2");
	turn();
	CHECK(have_heard("o2"));
	put(PROCESS_STDOUT, "3");
	fault_arm("read", EIO, 0, 1);
	turn();
	CHECK(fault_disarm() == 1 && have_heard("."));
	CHECK_NAMED("output of the meantime is drained",
	            process_output_drain(&output) && have_heard("o3"));
	process_output_close(&output);
	now_ns += EVENT_LOOP_S;
	turn();
	CHECK_NAMED("a terminal that is not needed any more stays closed",
	            have_heard("") && output.fds[PROCESS_STDOUT] == -1);
	close(fds[1]);
	end();
	begin_with(true);
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		exit(99);
	ends[PROCESS_STDOUT] = fds[1];
	process_output_watch(&output, PROCESS_STDOUT, fds[0]);
	put(PROCESS_STDOUT, "1");
	fault_arm("read", EBADF, 0, 1);
	turn();
	CHECK_NAMED("no other error is that of a terminal that is closed",
	            fault_disarm() == 1 && have_heard(".") && output.errnum == EBADF &&
	                    output.fds[PROCESS_STDOUT] == -1);
	close(fds[1]);
	end();
}

int
main(void)
{
	test_open();
	test_order();
	test_drain();
	test_faults();
	test_terminal();
	return check_done();
}
