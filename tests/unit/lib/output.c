/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "check.h"

#include <subunit2.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WRITERS = 8, EVENTS = 100, ATTACHMENT = 20000 };

static struct subunit2_event
status_of(const char *id)
{
	return (struct subunit2_event){
		.test_id = subunit2_view_of(id),
		.status = SUBUNIT2_STATUS_SUCCESS,
		.runnable = true,
	};
}

static struct subunit2_event
file_of(const char *bytes, size_t len)
{
	return (struct subunit2_event){
		.test_id = SUBUNIT2_LITERAL("x"),
		.status = SUBUNIT2_STATUS_SUCCESS,
		.file_name = SUBUNIT2_LITERAL("log"),
		.file_bytes = {bytes, len},
		.mime_type = SUBUNIT2_LITERAL("text/plain"),
		.eof = true,
	};
}

/* Return EVENT as one packet in memory of its own. */
static struct subunit2_view
packet_of(const struct subunit2_event *event)
{
	size_t len = 0;
	char *data;

	subunit2_packet_encode(event, NULL, 0, &len, NULL);
	data = malloc(len);
	subunit2_packet_encode(event, data, len, &len, NULL);
	return (struct subunit2_view){data, len};
}

/* Read FD to its end into memory that the caller frees. */
static struct subunit2_view
read_all(int fd)
{
	size_t len = 0, size = 1 << 20;
	char *data = malloc(size);
	ssize_t got;

	while ((got = read(fd, data + len, size - len)) > 0) {
		len += (size_t)got;
		if (len == size)
			data = realloc(data, size *= 2);
	}
	return (struct subunit2_view){data, len};
}

/* A thread that reads FD to its end and records whether the bytes are EXPECTED. With INTERRUPT, it
 * sends SIGALRM to that thread after every read. */
struct reader {
	pthread_t thread;
	int fd;
	struct subunit2_view expected;
	pthread_t writer;
	bool interrupt;
};

static void *
reader_run(void *context)
{
	struct reader *reader = context;
	static char bytes[65536];
	size_t at = 0;
	bool good = true;
	ssize_t got;

	while ((got = read(reader->fd, bytes, sizeof(bytes))) > 0) {
		good &= (size_t)got <= reader->expected.len - at &&
		        memcmp(bytes, reader->expected.data + at, (size_t)got) == 0;
		at += good ? (size_t)got : 0;
		if (reader->interrupt)
			pthread_kill(reader->writer, SIGALRM);
	}
	return good && at == reader->expected.len ? context : NULL;
}

static bool
ended_well(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && status == 0;
}

/* --- many writers ------------------------------------------------------- */

/* Return the attachment of a writer's event: a different part of one pattern for each event. */
static const char *
attachment_of(unsigned writer, unsigned event)
{
	static char pattern[ATTACHMENT + 256];

	if (!pattern[1]) {
		for (size_t i = 0; i < sizeof(pattern); i++)
			pattern[i] = (char)i;
	}
	return pattern + (writer * 131 + event * 31) % 256;
}

static bool
write_many(int fd, unsigned writer)
{
	struct subunit2_output *output = subunit2_output_new(fd, "shared", 0, NULL);
	bool good = true;

	for (unsigned i = 0; i < EVENTS; i++) {
		char id[32];
		struct subunit2_event event = file_of(attachment_of(writer, i), ATTACHMENT);

		snprintf(id, sizeof(id), "%u %u", writer, i);
		event.test_id = subunit2_view_of(id);
		good &= subunit2_output_event(output, &event, NULL) == SUBUNIT2_E_OK &&
		        subunit2_output_flush(output, NULL) == SUBUNIT2_E_OK;
	}
	subunit2_output_free(output);
	return good;
}

static void
spawn_writers(int fd, int reading_end, pid_t *pids)
{
	for (unsigned i = 0; i < WRITERS; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			close(reading_end);
			_exit(!write_many(fd, i));
		}
	}
}

/* The parts received of each event's attachment, and its status. */
struct received {
	size_t bytes[WRITERS][EVENTS];
	unsigned finals[WRITERS][EVENTS];
};

static bool
receive(struct received *received, const struct subunit2_event *event)
{
	unsigned writer, number;
	size_t *have;

	if (sscanf(event->test_id.data, "%u %u", &writer, &number) != 2 || writer >= WRITERS ||
	    number >= EVENTS)
		return false;
	have = &received->bytes[writer][number];
	if (event->file_bytes.len > ATTACHMENT - *have ||
	    memcmp(event->file_bytes.data, attachment_of(writer, number) + *have,
	           event->file_bytes.len) != 0)
		return false;
	*have += event->file_bytes.len;
	received->finals[writer][number] += event->status == SUBUNIT2_STATUS_SUCCESS && event->eof;
	return true;
}

/* Return whether BYTES are whole packets with all that the writers wrote. */
static bool
all_arrived(struct subunit2_view bytes)
{
	static struct received received;
	struct subunit2_event event;

	received = (struct received){0};
	while (bytes.len) {
		struct subunit2_decoded decoded =
			subunit2_packet_decode(bytes.data, bytes.len, &event);

		if (decoded.outcome != SUBUNIT2_PACKET_WHOLE || !receive(&received, &event))
			return false;
		bytes.data += decoded.len;
		bytes.len -= decoded.len;
	}
	for (unsigned i = 0; i < WRITERS; i++) {
		for (unsigned j = 0; j < EVENTS; j++) {
			if (received.bytes[i][j] != ATTACHMENT || received.finals[i][j] != 1)
				return false;
		}
	}
	return true;
}

static bool
writers_end_well(const pid_t *pids)
{
	bool good = true;

	for (unsigned i = 0; i < WRITERS; i++)
		good &= ended_well(pids[i]);
	return good;
}

/* Let many writers write to ENDS[1] while ENDS[0] is read. */
static void
test_shared_fifo(const char *name, int ends[2])
{
	pid_t pids[WRITERS];
	struct subunit2_view bytes;

	spawn_writers(ends[1], ends[0], pids);
	close(ends[1]);
	bytes = read_all(ends[0]);
	close(ends[0]);
	CHECK_NAMED(name, writers_end_well(pids) && all_arrived(bytes));
	free((char *)bytes.data);
}

static int
temporary_file(void)
{
	FILE *file = tmpfile();
	int fd = dup(fileno(file));

	fclose(file);
	return fd;
}

static void
test_many_writers(void)
{
	int ends[2], fd;
	pid_t pids[WRITERS];
	struct subunit2_view bytes;

	CHECK(pipe(ends) == 0);
	test_shared_fifo("eight writers share a pipe", ends);
	CHECK(pipe2(ends, O_NONBLOCK) == 0 && fcntl(ends[0], F_SETFL, 0) == 0);
	test_shared_fifo("eight writers share a pipe that does not block", ends);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
	test_shared_fifo("eight writers share a socket", ends);

	fd = temporary_file();
	spawn_writers(fd, -1, pids);
	CHECK(writers_end_well(pids));
	lseek(fd, 0, SEEK_SET);
	bytes = read_all(fd);
	CHECK_NAMED("eight writers share a file", all_arrived(bytes));
	free((char *)bytes.data);
	close(fd);
}

/* --- what is written where ---------------------------------------------- */

static void
test_limits(void)
{
	int ends[2], fd = temporary_file();
	struct subunit2_output *output;

	CHECK(pipe(ends) == 0);
	output = subunit2_output_new(ends[1], "pipe", 0, NULL);
	CHECK(subunit2_output_limit(output) == (size_t)fpathconf(ends[1], _PC_PIPE_BUF));
	subunit2_output_free(output);
	output = subunit2_output_new(ends[1], "pipe", SUBUNIT2_OUTPUT_SOLE_WRITER, NULL);
	CHECK(subunit2_output_limit(output) == SUBUNIT2_PACKET_MAX);
	subunit2_output_free(output);

	output = subunit2_output_new(fd, "file", SUBUNIT2_OUTPUT_SOLE_WRITER, NULL);
	CHECK(!(fcntl(fd, F_GETFL) & O_APPEND));
	subunit2_output_free(output);
	output = subunit2_output_new(fd, "file", 0, NULL);
	CHECK(fcntl(fd, F_GETFL) & O_APPEND);
	CHECK(subunit2_output_limit(output) == SUBUNIT2_PACKET_MAX);
	subunit2_output_free(output);
	close(ends[0]);
	close(ends[1]);
	close(fd);
}

/* In a pipe of O_DIRECT every write stays a unit that one read returns. */
static void
test_whole_packets_a_write(void)
{
	int ends[2];
	struct subunit2_output *output;
	struct subunit2_event event = status_of("an id of some length, to get there");
	char unit[8192];
	size_t packets = 0;
	bool good = pipe2(ends, O_DIRECT | O_NONBLOCK) == 0;

	output = subunit2_output_new(ends[1], "pipe", 0, NULL);
	for (int i = 0; i < 300; i++)
		good &= subunit2_output_event(output, &event, NULL) == SUBUNIT2_E_OK;
	good &= subunit2_output_flush(output, NULL) == SUBUNIT2_E_OK;
	CHECK(good);
	for (ssize_t got; good && (got = read(ends[0], unit, sizeof(unit))) > 0;) {
		size_t at = 0;

		while (at < (size_t)got) {
			struct subunit2_decoded decoded =
				subunit2_packet_decode(unit + at, (size_t)got - at, &event);
			if (decoded.outcome != SUBUNIT2_PACKET_WHOLE)
				break;
			at += decoded.len;
			packets++;
		}
		good = at == (size_t)got && got <= PIPE_BUF;
	}
	CHECK_NAMED("every write holds whole packets and at most PIPE_BUF bytes", good);
	CHECK(packets == 300);
	subunit2_output_free(output);
	close(ends[0]);
	close(ends[1]);
}

/* Packets that are forwarded unchanged; these bytes are not even packets. */
static void
test_forwarding(void)
{
	int ends[2];
	struct subunit2_output *output;
	struct subunit2_event event = status_of("x");
	struct subunit2_view encoded = packet_of(&event), bytes;
	char large[PIPE_BUF + 1];

	CHECK(pipe(ends) == 0);
	output = subunit2_output_new(ends[1], "pipe", 0, NULL);
	event.packet = SUBUNIT2_LITERAL("as it stands");
	CHECK(subunit2_output_event(output, &event, NULL) == SUBUNIT2_E_OK);
	event.packet = (struct subunit2_view){large, sizeof(large)};
	CHECK(subunit2_output_event(output, &event, NULL) == SUBUNIT2_E_OK);
	/* The sink of an output lives as long as the output. */
	subunit2_sink_free(subunit2_output_sink(output));
	CHECK(subunit2_sink_finish(subunit2_output_sink(output), NULL) == SUBUNIT2_E_OK);
	subunit2_output_free(output);
	close(ends[1]);
	bytes = read_all(ends[0]);
	CHECK(bytes.len == 12 + encoded.len && memcmp(bytes.data, "as it stands", 12) == 0);
	CHECK_NAMED("a packet that is too large is encoded anew",
	            memcmp(bytes.data + 12, encoded.data, encoded.len) == 0);
	free((char *)bytes.data);
	free((char *)encoded.data);
	close(ends[0]);
}

static void
test_refusal(void)
{
	int ends[2];
	struct subunit2_output *output;
	struct subunit2_error error;
	struct subunit2_event event = status_of("x");
	struct subunit2_view encoded = packet_of(&event), bytes;
	char *id = calloc(1, PIPE_BUF);

	CHECK(pipe(ends) == 0);
	output = subunit2_output_new(ends[1], "pipe", 0, NULL);
	CHECK(subunit2_output_event(output, &event, NULL) == SUBUNIT2_E_OK);
	event.test_id = (struct subunit2_view){memset(id, 'i', PIPE_BUF), PIPE_BUF};
	CHECK(subunit2_output_event(output, &event, &error) == SUBUNIT2_E_INVALID);
	CHECK_NAMED("the field is named", strcmp(error.subject, "test id") == 0);
	event.test_id = SUBUNIT2_LITERAL("bad \xff");
	CHECK(subunit2_output_event(output, &event, &error) == SUBUNIT2_E_INVALID);
	CHECK(strcmp(error.subject, "test id") == 0);
	CHECK(subunit2_output_flush(output, NULL) == SUBUNIT2_E_OK);
	subunit2_output_free(output);
	close(ends[1]);
	bytes = read_all(ends[0]);
	CHECK_NAMED("the packets queued before are intact, and no others follow",
	            subunit2_view_equal(bytes, encoded));
	free((char *)bytes.data);
	free((char *)encoded.data);
	free(id);
	close(ends[0]);
}

/* --- slow, interrupted and failing descriptors -------------------------- */

static void
nothing(int signal_number)
{
	(void)signal_number;
}

/* With a sole writer, one write is far more than the pipe holds. */
static void
test_large_writes(bool nonblocking, bool interrupt)
{
	enum { LEN = 3 << 20 };
	struct sigaction action = {.sa_handler = nothing};
	char *bytes = malloc(LEN);
	struct subunit2_event event = file_of(bytes, LEN);
	struct reader reader = {.writer = pthread_self(), .interrupt = interrupt};
	struct subunit2_output *output;
	void *arrived;
	int ends[2];

	for (size_t i = 0; i < LEN; i++)
		bytes[i] = (char)(i * 7 + i / 256);
	sigaction(SIGALRM, &action, NULL);
	event.packet = reader.expected = packet_of(&event);
	CHECK(pipe2(ends, nonblocking ? O_NONBLOCK : 0) == 0);
	fcntl(ends[0], F_SETFL, 0);
	reader.fd = ends[0];
	CHECK(pthread_create(&reader.thread, NULL, reader_run, &reader) == 0);
	output = subunit2_output_new(ends[1], "pipe", SUBUNIT2_OUTPUT_SOLE_WRITER, NULL);
	CHECK(subunit2_output_event(output, &event, NULL) == SUBUNIT2_E_OK);
	CHECK(subunit2_output_flush(output, NULL) == SUBUNIT2_E_OK);
	subunit2_output_free(output);
	close(ends[1]);
	pthread_join(reader.thread, &arrived);
	CHECK_NAMED("every byte arrives, in order", arrived != NULL);
	close(ends[0]);
	free((char *)event.packet.data);
	free(bytes);
}

/* --- interruptions ------------------------------------------------------ */

static bool
third_is_enough(void *context)
{
	return ++*(int *)context == 3;
}

static void
test_interruptions(bool nonblocking)
{
	enum { LEN = 1 << 20 }; /* more than the pipe holds */
	struct sigaction action = {.sa_handler = nothing};
	/* A signal each millisecond would leave no time for the write under valgrind. */
	struct itimerval often = {.it_interval.tv_usec = 20000, .it_value.tv_usec = 20000};
	const struct itimerval never = {0};
	char *bytes = calloc(LEN, 1);
	struct subunit2_event event = file_of(bytes, LEN);
	struct subunit2_error error = {0};
	struct subunit2_output *output;
	int ends[2], interruptions = 0;

	sigaction(SIGALRM, &action, NULL);
	CHECK(pipe2(ends, nonblocking ? O_NONBLOCK : 0) == 0);
	output = subunit2_output_new(ends[1], "pipe", SUBUNIT2_OUTPUT_SOLE_WRITER, NULL);
	subunit2_output_set_interrupt(output, third_is_enough, &interruptions);
	setitimer(ITIMER_REAL, &often, NULL);
	CHECK(subunit2_output_event(output, &event, &error) == SUBUNIT2_E_SYSTEM);
	setitimer(ITIMER_REAL, &never, NULL);
	CHECK(error.errnum == EINTR && interruptions == 3);
	subunit2_output_free(output);
	close(ends[0]);
	close(ends[1]);
	free(bytes);
}

static void
test_failure(const char *name, int fd, int errnum)
{
	struct subunit2_output *output = subunit2_output_new(fd, name, 0, NULL);
	struct subunit2_event event = status_of("x");
	struct subunit2_error error = {0};

	CHECK(subunit2_output_event(output, &event, NULL) == SUBUNIT2_E_OK);
	CHECK(subunit2_output_flush(output, &error) == SUBUNIT2_E_SYSTEM);
	CHECK(error.errnum == errnum);
	CHECK_NAMED("the output is named", strcmp(error.subject, name) == 0);
	error = (struct subunit2_error){0};
	CHECK_NAMED("after a failure there is no success",
	            subunit2_output_event(output, &event, &error) == SUBUNIT2_E_SYSTEM &&
	                    error.errnum == errnum);
	CHECK(subunit2_output_flush(output, &error) == SUBUNIT2_E_SYSTEM);
	CHECK(subunit2_sink_finish(subunit2_output_sink(output), &error) == SUBUNIT2_E_SYSTEM);
	subunit2_output_free(output);
	close(fd);
}

static void
test_failures(void)
{
	int ends[2];
	struct subunit2_error error;

	test_failure("/dev/full", open("/dev/full", O_WRONLY), ENOSPC);
	CHECK(pipe(ends) == 0);
	close(ends[0]);
	test_failure("closed pipe", ends[1], EPIPE);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
	close(ends[0]);
	test_failure("closed socket", ends[1], EPIPE);
	test_failure("read-only", open("/dev/null", O_RDONLY), EBADF);

	CHECK(subunit2_output_new(ends[1], "no descriptor", 0, &error) == NULL);
	CHECK(error.code == SUBUNIT2_E_SYSTEM && error.errnum == EBADF);
	CHECK(strcmp(error.subject, "no descriptor") == 0);
}

/* Return whether another process could lock FD now. A lock of an open file conflicts with locks of
 * this process as it does with those of others. */
static bool
is_unlocked(int fd)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fcntl(fd, F_OFD_GETLK, &whole) == 0 && whole.l_type == F_UNLCK;
}

/* A socket is locked for each write only. */
static void
test_lock(void)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	struct subunit2_event event = status_of("x");
	struct subunit2_output *output;
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0)
		exit(1);
	fcntl(fds[1], F_SETLK, &whole);
	CHECK_NAMED("a lock on a socket is seen by others", !is_unlocked(fds[1]));
	whole.l_type = F_UNLCK;
	fcntl(fds[1], F_SETLK, &whole);
	output = subunit2_output_new(fds[1], "socket", 0, NULL);
	for (int i = 0; i < 2; i++) {
		subunit2_output_event(output, &event, NULL);
		CHECK(subunit2_output_flush(output, NULL) == SUBUNIT2_E_OK);
		CHECK_NAMED("the lock is released after a write", is_unlocked(fds[1]));
	}
	close(fds[0]);
	subunit2_output_event(output, &event, NULL);
	CHECK(subunit2_output_flush(output, NULL) != SUBUNIT2_E_OK);
	CHECK_NAMED("the lock is released after a write that failed", is_unlocked(fds[1]));
	subunit2_output_free(output);
	close(fds[1]);
}

int
main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0); /* processes are forked below */
	signal(SIGPIPE, SIG_IGN);
	test_limits();
	test_whole_packets_a_write();
	test_forwarding();
	test_refusal();
	test_large_writes(false, false);
	test_large_writes(true, false);
	test_large_writes(false, true);
	test_interruptions(false);
	test_interruptions(true);
	test_failures();
	test_many_writers();
	test_lock();
	return check_done();
}
