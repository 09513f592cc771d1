/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * System calls of the library that fail. This program defines them itself: an armed call fails
 * with an errno, the others do their work by another call of the same meaning.
 */
#include "check.h"
#include "fault.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <string.h>
#include <subunit2.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static size_t write_max = SIZE_MAX; /* the most bytes that a call writes */
static unsigned writes;             /* calls of writev */

ssize_t
writev(int fd, const struct iovec *parts, int count)
{
	writes++;
	if (fault_hits("writev"))
		return -1;
	for (int i = 0; i < count; i++)
		if (parts[i].iov_len > 0)
			return write(fd, parts[i].iov_base,
			             parts[i].iov_len < write_max ? parts[i].iov_len : write_max);
	return 0;
}

static size_t pipe_room; /* of a new pipe that holds one byte, when it is written to; 0: as it is */

ssize_t
write(int fd, const void *bytes, size_t size)
{
	ssize_t written = syscall(SYS_write, fd, bytes, size);
	return pipe_room > 0 && size > pipe_room ? (ssize_t)pipe_room : written;
}

int
pipe2(int ends[2], int flags)
{
	return fault_hits("pipe2") ? -1 : (int)syscall(SYS_pipe2, ends, flags);
}

ssize_t
read(int fd, void *buffer, size_t size)
{
	struct iovec part = {buffer, size};
	return fault_hits("read") ? -1 : readv(fd, &part, 1);
}

int
poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	struct timespec timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000000L};
	return fault_hits("poll") ? -1 : ppoll(fds, count, timeout_ms < 0 ? NULL : &timeout, NULL);
}

ssize_t
pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
	struct iovec part = {(void *)bytes, size < write_max ? size : write_max};
	return fault_hits("pwrite") ? -1 : pwritev(fd, &part, 1, offset);
}

int
ftruncate(int fd, off_t len)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return fault_hits("ftruncate") ? -1 : truncate(path, len);
}

static long pipe_buf = PIPE_BUF;

long
fpathconf(int fd, int name)
{
	(void)fd, (void)name;
	return pipe_buf;
}

ssize_t
getrandom(void *buffer, size_t size, unsigned flags)
{
	(void)flags;
	return fault_hits("getrandom") || getentropy(buffer, size) != 0 ? -1 : (ssize_t)size;
}

#ifdef SYS_mmap2
#define MMAP_CALL SYS_mmap2
#define MMAP_UNIT 4096
#else
#define MMAP_CALL SYS_mmap
#define MMAP_UNIT 1
#endif

void *
mmap(void *start, size_t len, int protection, int flags, int fd, off_t offset)
{
	if (fault_hits("mmap"))
		return MAP_FAILED;
#ifdef __s390x__ /* where the system call takes a pointer to its arguments */
	const unsigned long arguments[] = {(unsigned long)start,      len,
	                                   (unsigned long)protection, (unsigned long)flags,
	                                   (unsigned long)fd,         (unsigned long)offset};
	return (void *)syscall(SYS_mmap, arguments);
#else
	return (void *)syscall(MMAP_CALL, start, len, protection, flags, fd,
	                       (long)(offset / MMAP_UNIT));
#endif
}

#ifdef SYS_fcntl64
#define FCNTL_CALL SYS_fcntl64
#else
#define FCNTL_CALL SYS_fcntl
#endif

int
fcntl(int fd, int command, ...)
{
	va_list values;
	va_start(values, command);
	void *value = va_arg(values, void *);
	va_end(values);
	return fault_hits(command == F_GETFL   ? "F_GETFL"
	                  : command == F_SETFL ? "F_SETFL"
	                                       : "F_SETLKW")
	               ? -1
	               : (int)syscall(FCNTL_CALL, fd, command, value);
}

/*
 * Output.
 */

static const struct subunit2_event event = {
	.test_id = SUBUNIT2_LITERAL("test"),
	.status = SUBUNIT2_STATUS_SUCCESS,
};
static struct subunit2_error error;

/* Write an event to FD. Return the result of the flush. */
static enum subunit2_result
output_one(int fd, unsigned flags)
{
	struct subunit2_output *output = subunit2_output_new(fd, "out", flags, &error);
	if (!output)
		return error.code;
	enum subunit2_result result = subunit2_output_event(output, &event, &error);
	if (result == SUBUNIT2_E_OK)
		result = subunit2_output_flush(output, &error);
	if (result != SUBUNIT2_E_OK)
		CHECK(strcmp(error.subject, "out") == 0);
	subunit2_output_free(output);
	return result;
}

/* Return the number of packets in FD, from its start; -1 if it holds anything else. */
static int
packets_in(int fd)
{
	const struct subunit2_event *next;
	int count = 0;
	lseek(fd, 0, SEEK_SET);
	struct subunit2_input *input = subunit2_input_new(fd, "in", SUBUNIT2_READER_DECLARED, NULL);
	while (subunit2_input_next(input, &next, NULL) == SUBUNIT2_E_OK && next)
		count = count < 0 || !subunit2_view_equal(next->test_id, event.test_id) ? -1
		                                                                        : count + 1;
	subunit2_input_free(input);
	return count;
}

static bool
interrupt_always(void *context)
{
	(void)context;
	return true;
}

static void
test_output_writes(void)
{
	int fd = memfd_create("out", MFD_CLOEXEC);
	fault_arm("writev", ENOSPC, 0, 1);
	CHECK(output_one(fd, 0) == SUBUNIT2_E_SYSTEM);
	CHECK(error.errnum == ENOSPC);
	CHECK(fault_disarm() == 1 && packets_in(fd) == 0);

	fault_arm("writev", EINTR, 0, 3);
	CHECK_NAMED("an interrupted write is repeated",
	            output_one(fd, 0) == SUBUNIT2_E_OK && fault_disarm() == 3);
	CHECK(packets_in(fd) == 1);

	struct subunit2_output *output = subunit2_output_new(fd, "out", 0, NULL);
	subunit2_output_set_interrupt(output, interrupt_always, NULL);
	subunit2_output_event(output, &event, NULL);
	fault_arm("writev", EINTR, 0, 3);
	CHECK_NAMED("unless the interrupt ends it",
	            subunit2_output_flush(output, &error) == SUBUNIT2_E_SYSTEM &&
	                    error.errnum == EINTR && fault_disarm() == 1);
	CHECK_NAMED("nothing is written after a failure",
	            subunit2_output_event(output, &event, &error) == SUBUNIT2_E_SYSTEM &&
	                    subunit2_output_flush(output, &error) == SUBUNIT2_E_SYSTEM);
	subunit2_output_free(output);
	CHECK(packets_in(fd) == 1);

	fault_arm("writev", EAGAIN, 0, 3);
	CHECK_NAMED("a write for which there is no room waits",
	            output_one(fd, 0) == SUBUNIT2_E_OK && fault_disarm() == 3);
	CHECK(packets_in(fd) == 2);

	write_max = 1;
	CHECK_NAMED("short writes go on", output_one(fd, 0) == SUBUNIT2_E_OK);
	write_max = SIZE_MAX;
	CHECK(packets_in(fd) == 3);
	close(fd);
}

/* There is no room, and waiting for it fails. */
static void
test_output_wait(void)
{
	int ends[2];
	char byte = 'x';
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		abort();
	while (write(ends[1], &byte, 1) == 1)
		;
	fault_arm("poll", ENOMEM, 0, 1);
	CHECK(output_one(ends[1], SUBUNIT2_OUTPUT_SOLE_WRITER) == SUBUNIT2_E_SYSTEM);
	CHECK(error.errnum == ENOMEM && fault_disarm() == 1);
	close(ends[0]);
	close(ends[1]);
}

/* A packet for which a shared pipe has no room makes the packets before it be written. */
static void
test_output_pipe(void)
{
	int ends[2];
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (pipe2(ends, O_CLOEXEC) != 0)
		abort();
	struct subunit2_output *output = subunit2_output_new(ends[1], "out", 0, NULL);
	fault_arm("writev", EIO, 0, 1);
	for (int i = 0; i < 100000 && result == SUBUNIT2_E_OK; i++) {
		struct subunit2_event whole = event;
		whole.packet = SUBUNIT2_LITERAL("a packet");
		result = subunit2_output_event(output, &whole, &error);
	}
	CHECK(result == SUBUNIT2_E_SYSTEM && error.errnum == EIO && fault_disarm() == 1);
	subunit2_output_free(output);
	close(ends[0]);
	close(ends[1]);
}

/* Return whether a packet begins at each multiple of PIPE_BUF in what is read from FD. */
static bool
blocks_begin_packets(int fd)
{
	static unsigned char bytes[1 << 18];
	ssize_t len = syscall(SYS_read, fd, bytes, sizeof(bytes));
	for (ssize_t at = 0; at < len; at += PIPE_BUF)
		if (bytes[at] != 0xb3)
			return false;
	return len > 0;
}

/* Return how many writes COUNT files of 12 whole packets and a bit take on a shared pipe. */
static unsigned
writes_of_large_files(int count)
{
	static char bytes[50000];
	struct subunit2_event large = event;
	int ends[2];
	if (syscall(SYS_pipe2, ends, O_CLOEXEC) != 0 || fcntl(ends[1], F_SETPIPE_SZ, 1 << 18) < 0)
		abort();
	large.file_name = SUBUNIT2_LITERAL("log");
	large.file_bytes = (struct subunit2_view){bytes, sizeof(bytes)};
	struct subunit2_output *output = subunit2_output_new(ends[1], "out", 0, NULL);
	writes = 0;
	for (int i = 0; i < count; i++)
		CHECK(subunit2_output_event(output, &large, NULL) == SUBUNIT2_E_OK);
	CHECK(subunit2_output_flush(output, NULL) == SUBUNIT2_E_OK);
	CHECK(blocks_begin_packets(ends[0]));
	subunit2_output_free(output);
	close(ends[0]);
	close(ends[1]);
	return writes;
}

/* Packets of PIPE_BUF bytes are written together where the system divides such a write only between
 * them. */
static void
test_output_blocks(void)
{
	bool pages = sysconf(_SC_PAGESIZE) == PIPE_BUF;
	CHECK(writes_of_large_files(1) == (pages ? 2 : 13));
	CHECK_NAMED("a file fills the block that the one before it began",
	            writes_of_large_files(3) == (pages ? 4 : 38));
	pipe_room = 65535;
	CHECK_NAMED("not where a write fills the pipe", writes_of_large_files(1) == 13);
	pipe_room = 0;
	fault_arm("pipe2", EMFILE, 0, 1);
	CHECK_NAMED("not if that is unknown", writes_of_large_files(1) == 13);
	CHECK(fault_disarm() == 1);
}

static size_t
limit_with(long atomic)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0)
		abort();
	pipe_buf = atomic;
	struct subunit2_output *output = subunit2_output_new(ends[1], "pipe", 0, NULL);
	size_t limit = subunit2_output_limit(output);
	subunit2_output_free(output);
	pipe_buf = PIPE_BUF;
	close(ends[0]);
	close(ends[1]);
	return limit;
}

static void
test_output_share(void)
{
	int fd = memfd_create("out", MFD_CLOEXEC), null = open("/dev/null", O_RDWR | O_CLOEXEC);
	CHECK(limit_with(-1) == _POSIX_PIPE_BUF);
	CHECK(limit_with(_POSIX_PIPE_BUF) == _POSIX_PIPE_BUF);
	CHECK(limit_with(5000) == 5000);
	CHECK(limit_with(65536) == 65536);
	CHECK(limit_with(65537) == 65536);

	fault_arm("F_GETFL", EPERM, 0, 1);
	CHECK(output_one(fd, 0) == SUBUNIT2_E_SYSTEM);
	CHECK(error.errnum == EPERM && strcmp(error.subject, "out") == 0);
	fault_arm("F_SETFL", EPERM, 0, 1);
	CHECK(output_one(fd, 0) == SUBUNIT2_E_SYSTEM && error.errnum == EPERM);
	CHECK_NAMED("a sole writer sets no flags",
	            output_one(fd, SUBUNIT2_OUTPUT_SOLE_WRITER) == SUBUNIT2_E_OK);
	CHECK(output_one(-1, 0) == SUBUNIT2_E_SYSTEM && error.errnum == EBADF);

	/* Only a descriptor that is neither a pipe nor a file is locked. */
	fault_arm("F_SETLKW", EINTR, 0, 3);
	CHECK_NAMED("the lock is awaited",
	            output_one(null, 0) == SUBUNIT2_E_OK && fault_disarm() == 3);
	fault_arm("F_SETLKW", ENOLCK, 0, 2);
	CHECK_NAMED("without locks, output is written without one",
	            output_one(null, 0) == SUBUNIT2_E_OK && fault_disarm() == 1);
	fault_arm("F_SETLKW", ENOLCK, 0, 2);
	CHECK_NAMED("a sole writer takes no lock",
	            output_one(null, SUBUNIT2_OUTPUT_SOLE_WRITER) == SUBUNIT2_E_OK &&
	                    fault_disarm() == 0);
	close(null);
	close(fd);
}

/*
 * Input.
 */

/* Read a stream of one packet. Return the first result that is not SUBUNIT2_E_OK. */
static enum subunit2_result
input_all(int *count)
{
	int fd = memfd_create("in", MFD_CLOEXEC);
	const struct subunit2_event *next = NULL;
	enum subunit2_result result;
	const char *call = fault.call;
	fault.call = NULL;
	output_one(fd, 0);
	fault.call = call;
	lseek(fd, 0, SEEK_SET);
	struct subunit2_input *input = subunit2_input_new(fd, "in", 0, NULL);
	*count = 0;
	while ((result = subunit2_input_next(input, &next, &error)) == SUBUNIT2_E_OK && next)
		++*count;
	CHECK(result == SUBUNIT2_E_OK || !next);
	if (result != SUBUNIT2_E_OK)
		CHECK(strcmp(error.subject, "in") == 0);
	subunit2_input_free(input);
	close(fd);
	return result;
}

static void
test_input(void)
{
	static const struct {
		const char *call;
		int errnum;
		bool repeated;
	} cases[] = {
		{"read", EINTR, true}, {"read", EAGAIN, true},  {"read", EIO, false},
		{"poll", EINTR, true}, {"poll", EINVAL, false}, {"poll", EAGAIN, false},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		/* Before the packet, and before the end. */
		for (unsigned skip = 0; skip < 2; skip++) {
			char name[64];
			int count;
			snprintf(name, sizeof(name), "%s %u fails with %s: %s", cases[i].call, skip,
			         strerror(cases[i].errnum),
			         cases[i].repeated ? "repeated" : "an error");
			fault_arm(cases[i].call, cases[i].errnum, skip, 1);
			enum subunit2_result result = input_all(&count);
			bool good = fault_disarm() == 1;
			if (cases[i].repeated)
				good &= result == SUBUNIT2_E_OK && count == 1;
			else
				good &= result == SUBUNIT2_E_SYSTEM && count == (int)skip &&
				        error.errnum == cases[i].errnum;
			CHECK_NAMED(name, good);
		}
}

/*
 * Attachments in a file.
 */

#define ATTACHMENT_LEN ((size_t)5 << 20)

static char attachment[ATTACHMENT_LEN];

static int
temporary(void)
{
	return memfd_create("attachments", MFD_CLOEXEC);
}

/* Count the tests whose attachments are whole, in the first member of CONTEXT. */
static enum subunit2_result
on_test(void *context, const struct subunit2_test *test, struct subunit2_error *unused)
{
	struct subunit2_view rest = test->attachments[0].bytes, piece;
	size_t at = 0;
	bool good = rest.len == ATTACHMENT_LEN;
	(void)unused;
	while (subunit2_attachment_next(&test->attachments[0], &rest, &piece)) {
		good &= at + piece.len <= ATTACHMENT_LEN &&
		        memcmp(attachment + at, piece.data, piece.len) == 0;
		at += piece.len;
	}
	*(int *)context += good && at == ATTACHMENT_LEN;
	return SUBUNIT2_E_OK;
}

/* Send ID's attachment in two parts, with the parts of OTHER between them; then their ends. */
static enum subunit2_result
collect_two(struct subunit2_sink *collect)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	for (int i = 0; i < 6 && result == SUBUNIT2_E_OK; i++) {
		struct subunit2_event part = {
			.test_id = i % 2 ? SUBUNIT2_LITERAL("one") : SUBUNIT2_LITERAL("two"),
			.file_name = SUBUNIT2_LITERAL("log"),
			.file_bytes = {attachment + (size_t)(i / 2) * (2 << 20),
		                       i / 2 == 2 ? 1 << 20 : 2 << 20},
		};
		result = subunit2_sink_event(collect, &part, &error);
	}
	for (int i = 0; i < 2 && result == SUBUNIT2_E_OK; i++) {
		struct subunit2_event end = {
			.test_id = i % 2 ? SUBUNIT2_LITERAL("one") : SUBUNIT2_LITERAL("two"),
			.status = SUBUNIT2_STATUS_FAIL,
		};
		result = subunit2_sink_event(collect, &end, &error);
	}
	return result;
}

/* Collect two tests at a time, ROUNDS times; *COUNT becomes the number of whole attachments. */
static enum subunit2_result
collect_rounds(int rounds, int *count)
{
	const struct subunit2_collect_options options = {
		.size = sizeof(options),
		.attachment_limit = SIZE_MAX,
		.temporary = temporary,
	};
	struct subunit2_sink *collect = subunit2_collect_new(&options, on_test, NULL, count);
	enum subunit2_result result = SUBUNIT2_E_OK;
	*count = 0;
	while (rounds-- > 0 && result == SUBUNIT2_E_OK)
		result = collect_two(collect);
	if (result == SUBUNIT2_E_OK)
		result = subunit2_sink_finish(collect, &error);
	subunit2_sink_free(collect);
	return result;
}

static void
test_attachments(void)
{
	int count;
	for (size_t i = 0; i < ATTACHMENT_LEN; i++)
		attachment[i] = (char)(i * 7 + i / 4096);
	CHECK(collect_rounds(2, &count) == SUBUNIT2_E_OK && count == 4);

	fault_arm("pwrite", EINTR, 1, 2);
	CHECK_NAMED("an interrupted write is repeated",
	            collect_rounds(1, &count) == SUBUNIT2_E_OK && fault_disarm() == 2 &&
	                    count == 2);
	fault_arm("pwrite", EINTR, 0, 1);
	CHECK_NAMED("also the first write of a block", collect_rounds(2, &count) == SUBUNIT2_E_OK &&
	                                                       fault_disarm() == 1 && count == 4);
	write_max = 300000;
	CHECK_NAMED("short writes go on", collect_rounds(1, &count) == SUBUNIT2_E_OK && count == 2);
	write_max = SIZE_MAX;

	for (unsigned skip = 0; skip < 12; skip += 3) {
		fault_arm("pwrite", ENOSPC, skip, 1);
		CHECK(collect_rounds(2, &count) == SUBUNIT2_E_SYSTEM && fault_disarm() == 1);
		CHECK(error.errnum == ENOSPC && strcmp(error.subject, "temporary file") == 0);
	}
	/* The room for the bytes, and each run of blocks in it. */
	for (unsigned skip = 0; skip < 3; skip++) {
		fault_arm("mmap", ENOMEM, skip, 1);
		CHECK(collect_rounds(1, &count) == SUBUNIT2_E_SYSTEM && fault_disarm() == 1);
		CHECK(error.errnum == ENOMEM && strcmp(error.subject, "attachment") == 0 &&
		      count == 0);
	}
	fault_arm("ftruncate", EPERM, 0, 2);
	CHECK_NAMED("a file that cannot shrink is used again",
	            collect_rounds(4, &count) == SUBUNIT2_E_OK && fault_disarm() == 2 &&
	                    count == 8);
}

/* Tables of strings work without randomness. */
static void
test_randomness(void)
{
	struct subunit2_tagset tags = {0};
	struct subunit2_view tag;
	char name[16];
	size_t count = 0;
	bool good = true;
	fault_arm("getrandom", EAGAIN, 0, 1);
	for (int i = 0; i < 200; i++) {
		tag = (struct subunit2_view){name,
		                             (size_t)snprintf(name, sizeof(name), "%d", i % 100)};
		good &= subunit2_tagset_add(&tags, tag, NULL) == SUBUNIT2_E_OK;
	}
	CHECK(fault_disarm() == 1 && good);
	struct subunit2_tags rest = subunit2_tagset_view(&tags);
	while (subunit2_tags_next(&rest, &tag))
		count++;
	CHECK_NAMED("each tag once", count == 100);
	subunit2_tagset_clear(&tags);
}

int
main(void)
{
	test_output_writes();
	test_output_wait();
	test_output_share();
	test_output_pipe();
	test_output_blocks();
	test_input();
	test_attachments();
	test_randomness();
	return check_done();
}
