/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Attachments: their pieces, and the type that the content decides. */
#include "attachment.h"
#include "check.h"

#include "fault.h"

#include <fcntl.h>
#include <poll.h>
#include <subunit2/event.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ALL_MAX 300000

static char path[] = "/tmp/subunit2-attachment-XXXXXX";

static int waited_ms; /* the timeout of the last poll */

int
poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	const struct timespec at = {timeout_ms / 1000, timeout_ms % 1000 * 1000000};
	waited_ms = timeout_ms;
	if (count != 1)
		exit(95);
	return (int)syscall(SYS_ppoll, fds, count, timeout_ms < 0 ? NULL : &at, NULL, 0);
}

ssize_t
read(int fd, void *bytes, size_t size)
{
	return fault_hits("read") ? -1 : syscall(SYS_read, fd, bytes, size);
}

/* All pieces of an attachment, joined by name. */
static struct {
	char bytes[2][ALL_MAX];
	size_t len[2];
	char names[2][32], types[2][64];
	unsigned count;  /* of names */
	unsigned pieces; /* with bytes */
	unsigned idle;   /* pieces after which no more bytes were there */
	char last_name[32];
	enum subunit2_result result;
	struct subunit2_error error;
} all;

static void
keep_piece(const struct attachment_piece *piece)
{
	all.idle += piece->idle;
	snprintf(all.last_name, sizeof(all.last_name), "%.*s", (int)piece->name.len,
	         piece->name.data);
	if (!piece->bytes.len)
		return;
	if (!all.count ||
	    !subunit2_view_equal(piece->name, subunit2_view_of(all.names[all.count - 1]))) {
		snprintf(all.names[all.count], sizeof(all.names[0]), "%.*s", (int)piece->name.len,
		         piece->name.data);
		snprintf(all.types[all.count], sizeof(all.types[0]), "%.*s",
		         (int)piece->mime_type.len, piece->mime_type.data);
		all.count++;
	} else if (piece->mime_type.data) {
		strcpy(all.types[all.count - 1], "sent twice");
	}
	unsigned at = all.count - 1;
	memcpy(all.bytes[at] + all.len[at], piece->bytes.data, piece->bytes.len);
	all.len[at] += piece->bytes.len;
	all.pieces++;
}

static void
begin_all(void)
{
	all.len[0] = all.len[1] = all.count = all.pieces = all.idle = 0;
	all.error = (struct subunit2_error){0};
}

/* Reads FILE, which is open, to its end or to an error. */
static void
read_rest(struct attachment *file)
{
	struct attachment_piece piece;
	do {
		all.result = attachment_next(file, &piece, &all.error);
		keep_piece(&piece);
		if (piece.idle)
			attachment_wait(file);
	} while (!piece.last && all.result == SUBUNIT2_E_OK);
	attachment_clear(file);
}

static void
read_file(const void *bytes, size_t len)
{
	struct attachment file;
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
		exit(99);
	close(fd);
	begin_all();
	attachment_of_path(&file, SUBUNIT2_LITERAL("log"), path);
	if (attachment_open(&file, &all.error) != SUBUNIT2_E_OK)
		exit(98);
	read_rest(&file);
}

static bool
has(unsigned at, const char *name, const char *type, const void *bytes, size_t len)
{
	return all.count > at && strcmp(all.names[at], name) == 0 &&
	       strcmp(all.types[at], type) == 0 && all.len[at] == len &&
	       memcmp(all.bytes[at], bytes, len) == 0;
}

static void
check_files(void)
{
	static char large[200000];
	const char *text = SUBUNIT2_TEXT_TYPE.data, *octets = SUBUNIT2_BYTES_TYPE.data;
	read_file("a line\n", 7);
	CHECK(all.result == SUBUNIT2_E_OK && has(0, "log", text, "a line\n", 7) && all.count == 1);
	read_file("", 0);
	CHECK_NAMED("an empty file has one piece without bytes",
	            all.result == SUBUNIT2_E_OK && all.count == 0);
	read_file("a\0b", 3);
	CHECK_NAMED("a file with a NUL is bytes", has(0, "log", octets, "a\0b", 3));
	read_file("caf\xc3", 4);
	CHECK_NAMED("so is one that ends in a character", has(0, "log", octets, "caf\xc3", 4));
	for (size_t i = 0; i < sizeof(large); i += 3)
		memcpy(large + i, "\xe2\x82\xac", i + 3 <= sizeof(large) ? 3 : sizeof(large) - i);
	read_file(large, 199998);
	CHECK_NAMED("a large file is one text, in pieces",
	            has(0, "log", text, large, 199998) && all.count == 1 && all.pieces > 3);
	CHECK_NAMED("a file is read without a wait", all.idle == 0);
	large[199990] = '\xff';
	read_file(large, 199998);
	CHECK_NAMED("its last bytes decide as well",
	            has(0, "log", octets, large, 199998) && all.count == 1);
}

/* Of a pipe, only what has come decides. */
static void
check_pipe(const char *first, const char *second, size_t second_len, const char *name,
           unsigned count, bool second_in_own_file)
{
	struct attachment file;
	struct attachment_piece piece;
	int ends[2];
	begin_all();
	if (pipe2(ends, O_CLOEXEC) < 0)
		exit(99);
	attachment_of_fd(&file, SUBUNIT2_LITERAL("log"), "pipe", ends[0]);
	if (attachment_open(&file, &all.error) != SUBUNIT2_E_OK)
		exit(98);
	CHECK_NAMED("a pipe without bytes is not waited for",
	            attachment_next(&file, &piece, &all.error) == SUBUNIT2_E_OK && piece.idle &&
	                    !piece.last && piece.bytes.len == 0 && waited_ms == 0);
	if (write(ends[1], first, strlen(first)) < 0)
		exit(97);
	attachment_wait(&file);
	CHECK(waited_ms < 0);
	CHECK(attachment_next(&file, &piece, &all.error) == SUBUNIT2_E_OK && piece.idle &&
	      !piece.last && piece.bytes.len > 0);
	keep_piece(&piece);
	if (write(ends[1], second, second_len) < 0)
		exit(97);
	close(ends[1]);
	read_rest(&file);
	unsigned at = second_in_own_file ? 1 : 0;
	CHECK_NAMED(name, all.count == count && all.len[at] >= second_len &&
	                          memcmp(all.bytes[at] + all.len[at] - second_len, second,
	                                 second_len) == 0);
}

static void
check_pipes(void)
{
	check_pipe("x", "y", 1, "one byte is sent at once", 1, false);
	CHECK(has(0, "log", SUBUNIT2_TEXT_TYPE.data, "xy", 2) && all.pieces == 2);
	check_pipe("text", "", 0, "a text may end without more bytes", 1, false);
	CHECK(has(0, "log", SUBUNIT2_TEXT_TYPE.data, "text", 4) &&
	      strcmp(all.last_name, "log") == 0);
	check_pipe("text, ", "more", 4, "text that goes on is one file", 1, false);
	CHECK(has(0, "log", SUBUNIT2_TEXT_TYPE.data, "text, more", 10));
	check_pipe("caf\xc3", "\xa9!", 2, "a character in two pieces is text", 1, false);
	CHECK(has(0, "log", SUBUNIT2_TEXT_TYPE.data, "caf\xc3\xa9!", 6));
	check_pipe("text, ", "\xff\0", 2, "bytes after text are a file of their own", 2, true);
	CHECK(has(0, "log", SUBUNIT2_TEXT_TYPE.data, "text, ", 6) &&
	      has(1, "log.bytes", SUBUNIT2_BYTES_TYPE.data, "\xff\0", 2));
	check_pipe("\xff", "text", 4, "text after bytes belongs to them", 1, false);
	CHECK(has(0, "log", SUBUNIT2_BYTES_TYPE.data, "\xfftext", 5));
	check_pipe("text", "\xc3", 1, "half a character at the end is bytes", 2, true);
}

/* Bytes that are not text are sent as soon as they come. */
static void
check_late_bytes(void)
{
	struct attachment file;
	struct attachment_piece piece;
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0 || write(ends[1], "text", 4) != 4)
		exit(99);
	attachment_of_fd(&file, SUBUNIT2_LITERAL("log"), "pipe", ends[0]);
	CHECK(attachment_open(&file, &all.error) == SUBUNIT2_E_OK &&
	      attachment_next(&file, &piece, &all.error) == SUBUNIT2_E_OK && piece.bytes.len == 4);
	CHECK(write(ends[1], "\xff", 1) == 1 &&
	      attachment_next(&file, &piece, &all.error) == SUBUNIT2_E_OK && piece.bytes.len == 1);
	attachment_clear(&file);
	close(ends[1]);
}

static void
check_interruptions(void)
{
	static const int passing[] = {EINTR, EAGAIN};
	struct attachment file;
	struct attachment_piece piece;
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0 || write(ends[1], "text", 4) != 4)
		exit(99);
	close(ends[1]);
	attachment_of_fd(&file, SUBUNIT2_LITERAL("log"), "pipe", ends[0]);
	CHECK(attachment_open(&file, &all.error) == SUBUNIT2_E_OK);
	for (int i = 0; i < 2; i++) {
		fault_arm("read", passing[i], 0, 1);
		CHECK_NAMED("a read that is interrupted is no error, and no end",
		            attachment_next(&file, &piece, &all.error) == SUBUNIT2_E_OK &&
		                    piece.idle && !piece.last && fault_disarm() == 1);
	}
	errno = EAGAIN; /* of an earlier call */
	CHECK(attachment_next(&file, &piece, &all.error) == SUBUNIT2_E_OK && piece.last &&
	      piece.bytes.len == 4);
	attachment_clear(&file);
}

static void
check_standard_input(void)
{
	struct attachment file;
	int saved = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10), ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0 || write(ends[1], "in", 2) != 2)
		exit(99);
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	begin_all();
	attachment_of_path(&file, SUBUNIT2_LITERAL("log"), "-");
	CHECK(attachment_open(&file, &all.error) == SUBUNIT2_E_OK);
	read_rest(&file);
	CHECK(has(0, "log", SUBUNIT2_TEXT_TYPE.data, "in", 2));
	CHECK_NAMED("standard input stays open", fcntl(STDIN_FILENO, F_GETFD) >= 0);
	attachment_of_fd(&file, SUBUNIT2_LITERAL("log"), "/nonexistent/file", STDIN_FILENO);
	CHECK_NAMED("a file that is open as standard input is not opened again",
	            attachment_open(&file, &all.error) == SUBUNIT2_E_OK);
	attachment_clear(&file);
	close(STDIN_FILENO);
	attachment_of_path(&file, SUBUNIT2_LITERAL("log"), "-");
	CHECK(attachment_open(&file, &all.error) == SUBUNIT2_E_SYSTEM &&
	      all.error.errnum == EBADF && strcmp(all.error.subject, "standard input") == 0);
	attachment_clear(&file);
	dup2(saved, STDIN_FILENO);
	close(saved);
}

static void
check_text(void)
{
	struct attachment file;
	begin_all();
	attachment_of_text(&file, "reason", "why");
	CHECK(attachment_open(&file, &all.error) == SUBUNIT2_E_OK);
	read_rest(&file);
	CHECK(has(0, "reason", SUBUNIT2_TEXT_TYPE.data, "why", 3));
	begin_all();
	attachment_of_text(&file, "reason", "caf\xe9");
	read_rest(&file);
	CHECK(has(0, "reason", SUBUNIT2_BYTES_TYPE.data, "caf\xe9", 4));
}

static void
check_errors(void)
{
	struct attachment file;
	struct subunit2_error error = {0};
	attachment_of_path(&file, SUBUNIT2_LITERAL("log"), "/nonexistent/file");
	CHECK(attachment_open(&file, &error) == SUBUNIT2_E_SYSTEM && error.errnum == ENOENT &&
	      strcmp(error.subject, "/nonexistent/file") == 0);
	attachment_clear(&file);
	attachment_of_path(&file, SUBUNIT2_LITERAL("log"), "/tmp");
	CHECK(attachment_open(&file, &error) == SUBUNIT2_E_SYSTEM && error.errnum == EISDIR);
	attachment_clear(&file);
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0)
		exit(99);
	close(ends[0]);
	attachment_of_fd(&file, SUBUNIT2_LITERAL("log"), "-", ends[1]);
	CHECK(attachment_open(&file, &error) == SUBUNIT2_E_OK);
	begin_all();
	read_rest(&file);
	CHECK_NAMED("a read that fails is an error, and the end",
	            all.result == SUBUNIT2_E_SYSTEM && all.error.errnum == EBADF &&
	                    strcmp(all.error.subject, "standard input") == 0);
	CHECK(fcntl(ends[1], F_GETFD) < 0);
	attachment_of_fd(&file, SUBUNIT2_LITERAL("log"), path, open(path, O_WRONLY | O_CLOEXEC));
	CHECK_NAMED("so is one that is to find the type",
	            attachment_open(&file, &error) == SUBUNIT2_E_SYSTEM && error.errnum == EBADF &&
	                    strcmp(error.subject, path) == 0);
	attachment_clear(&file);
}

int
main(void)
{
	int fd = mkstemp(path);
	if (fd < 0)
		return 99;
	close(fd);
	check_files();
	check_pipes();
	check_late_bytes();
	check_interruptions();
	check_standard_input();
	check_text();
	check_errors();
	unlink(path);
	return check_done();
}
