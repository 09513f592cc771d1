/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Inputs: files, pipes, gzip in any pieces, files that grow, and what cannot be read. */
#include "input_file.h"
#include "check.h"
#include "count_fds.h"

#include "fault.h"

#include <fcntl.h>
#include <malloc.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <zlib.h>

#define ALL_MAX 400000

static char folder[] = "/tmp/subunit2-input-XXXXXX";
static char path[64], other[64];
static char buffer[INPUT_FILE_PIECE_MAX];

ssize_t
read(int fd, void *bytes, size_t size)
{
	return fault_hits("read") ? -1 : syscall(SYS_read, fd, bytes, size);
}

int
faccessat(int folder_fd, const char *name, int mode, int flags)
{
	static int (*real)(int folder_fd, const char *name, int mode, int flags);
	return fault_find("faccessat", &real) ? -1 : real(folder_fd, name, mode, flags);
}

struct all {
	char bytes[ALL_MAX];
	size_t len;
	struct subunit2_error error;
	enum subunit2_result result; /* of the last read */
};

static struct all all;

/* Reads INPUT to its end or to an error, and closes it. */
static void
read_all(struct input_file *input)
{
	struct subunit2_view piece;
	all.len = 0;
	all.error = (struct subunit2_error){0};
	do {
		all.result = input_file_read(input, buffer, &piece, &all.error);
		if (all.result != SUBUNIT2_E_OK || !piece.data)
			break;
		memcpy(all.bytes + all.len, piece.data, piece.len);
		all.len += piece.len;
	} while (all.len < ALL_MAX - INPUT_FILE_PIECE_MAX);
	input_file_close(input);
}

static void
write_file(const char *name, const void *bytes, size_t len, int flags)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);
	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
		exit(99);
	close(fd);
}

static bool
has_read(const char *text, size_t len)
{
	return all.result == SUBUNIT2_E_OK && all.len == len && memcmp(all.bytes, text, len) == 0;
}

/* Returns the length of TEXT as a gzip member at TO. */
static size_t
compress_member(char *to, size_t size, const char *text, size_t len)
{
	z_stream zip = {0};
	if (deflateInit2(&zip, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		exit(99);
	zip.next_in = (Bytef *)text;
	zip.avail_in = (uInt)len;
	zip.next_out = (Bytef *)to;
	zip.avail_out = (uInt)size;
	if (deflate(&zip, Z_FINISH) != Z_STREAM_END)
		exit(99);
	deflateEnd(&zip);
	return zip.total_out;
}

static void
read_path(const char *name)
{
	struct subunit2_error error = {0};
	struct input_file *input = input_file_open(name, &error);
	if (!input)
		exit(99);
	read_all(input);
}

static void
check_plain(void)
{
	static char large[200000];
	struct subunit2_error error = {0};
	memset(large, 'x', sizeof(large));
	write_file(path, large, sizeof(large), O_TRUNC);
	read_path(path);
	CHECK(has_read(large, sizeof(large)));
	write_file(path, "", 0, O_TRUNC);
	read_path(path);
	CHECK_NAMED("an empty file", has_read("", 0));
	write_file(path, "\x1f", 1, O_TRUNC);
	read_path(path);
	CHECK_NAMED("the first byte of gzip alone is itself", has_read("\x1f", 1));
	write_file(path, "\x1fx", 2, O_TRUNC);
	read_path(path);
	CHECK(has_read("\x1fx", 2));
	struct input_file *input = input_file_open(path, &error);
	CHECK(!input_file_can_wait(input) && input_file_wait(input, 0) &&
	      !input_file_holds(input) && strcmp(input_file_name(input), path) == 0 &&
	      input_file_fd(input) > 2);
	input_file_close(input);
}

static void
check_refusals(void)
{
	struct subunit2_error error = {0};
	int before = count_fds();
	CHECK(!input_file_open("/nonexistent/file", &error) && error.code == SUBUNIT2_E_SYSTEM &&
	      error.errnum == ENOENT);
	CHECK(!input_file_open(folder, &error) && error.errnum == EISDIR);
	CHECK(input_file_look("/nonexistent/file", &error) == SUBUNIT2_E_SYSTEM &&
	      error.errnum == ENOENT);
	CHECK(input_file_look(folder, &error) == SUBUNIT2_E_SYSTEM && error.errnum == EISDIR);
	CHECK(input_file_look(path, &error) == SUBUNIT2_E_OK);
	fault_arm("faccessat", EACCES, 0, 1);
	CHECK(input_file_look(path, &error) == SUBUNIT2_E_SYSTEM && error.errnum == EACCES &&
	      strcmp(error.subject, path) == 0 && fault_disarm() == 1);
	CHECK_NAMED("no descriptor stays open", count_fds() == before);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	read_all(input_file_of(fd, "named"));
	CHECK_NAMED("a read that fails is an error under the name of the input",
	            all.result == SUBUNIT2_E_SYSTEM && all.error.errnum == EBADF &&
	                    strcmp(all.error.subject, "named") == 0);
}

static void
check_gzip(void)
{
	static char zipped[2000], two[4000], text[150000];
	memset(text, 'y', sizeof(text));
	size_t len = compress_member(zipped, sizeof(zipped), text, sizeof(text));
	write_file(path, zipped, len, O_TRUNC);
	read_path(path);
	CHECK(has_read(text, sizeof(text)));
	memcpy(two, zipped, len);
	memcpy(two + len, zipped, len);
	write_file(path, two, 2 * len, O_TRUNC);
	read_path(path);
	CHECK_NAMED("two members follow each other", all.result == SUBUNIT2_E_OK &&
	                                                     all.len == 2 * sizeof(text) &&
	                                                     all.bytes[all.len - 1] == 'y');
	memset(two + len, 0, len);
	write_file(path, two, 2 * len, O_TRUNC);
	read_path(path);
	CHECK_NAMED("zeros after a member are padding", has_read(text, sizeof(text)));
	two[len + 3] = 'x';
	write_file(path, two, 2 * len, O_TRUNC);
	read_path(path);
	CHECK_NAMED("other bytes are an error with their offset, after the bytes before",
	            all.result == SUBUNIT2_E_SYSTEM && all.len == sizeof(text) &&
	                    all.error.offset == len + 3);
	write_file(path, zipped, len - 1, O_TRUNC);
	read_path(path);
	CHECK_NAMED("a member that is cut is an error", all.result == SUBUNIT2_E_SYSTEM &&
	                                                        all.len == sizeof(text) &&
	                                                        all.error.offset == len - 1);
	zipped[len - 1] ^= 1;
	write_file(path, zipped, len, O_TRUNC);
	read_path(path);
	CHECK_NAMED("so is one that is damaged",
	            all.result == SUBUNIT2_E_SYSTEM && all.len == sizeof(text) &&
	                    strcmp(all.error.message, "the compressed data is damaged") == 0);
	zipped[3] ^= 0xff; /* flags */
	write_file(path, zipped, len, O_TRUNC);
	read_path(path);
	CHECK(all.result == SUBUNIT2_E_SYSTEM && all.len == 0 &&
	      strcmp(all.error.message, "the compressed data is damaged") == 0);
}

static void
check_gzip_errors(void)
{
	static char zipped[2000], text[150000];
	struct subunit2_error error;
	struct subunit2_view piece;
	size_t len = compress_member(zipped, sizeof(zipped), text, sizeof(text)), live = 0;
	int before = count_fds();
	write_file(path, zipped, len - 1, O_TRUNC);
	struct input_file *input = input_file_open(path, &error);
	for (size_t got = 0; got < sizeof(text); got += piece.len)
		if (input_file_read(input, buffer, &piece, &error) != SUBUNIT2_E_OK)
			exit(99);
	fault_arm("read", EIO, 0, 1);
	CHECK_NAMED("a read that fails is an error in compressed data, too",
	            input_file_read(input, buffer, &piece, &error) == SUBUNIT2_E_SYSTEM &&
	                    error.errnum == EIO && fault_disarm() == 1);
	input_file_close(input);
	for (int i = 0; i < 3; i++) { /* the allocator keeps blocks of the first time */
		live = mallinfo2().uordblks;
		read_path(path);
	}
	CHECK_NAMED("closing frees all memory", mallinfo2().uordblks == live);
	CHECK_NAMED("closing closes the file", count_fds() == before);
}

/* A byte at a time: the first one of gzip's two is held back. */
static void
check_pipe(void)
{
	char zipped[200];
	struct subunit2_error error;
	struct subunit2_view piece;
	int ends[2];
	size_t len = compress_member(zipped, sizeof(zipped), "few", 3), got = 0;
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		exit(99);
	struct input_file *input = input_file_of(ends[0], "pipe");
	CHECK(input_file_can_wait(input) && !input_file_wait(input, 0));
	CHECK_NAMED("no bytes yet is not the end",
	            input_file_read(input, buffer, &piece, &error) == SUBUNIT2_E_OK && piece.data &&
	                    piece.len == 0);
	for (size_t i = 0; i < len; i++) {
		if (write(ends[1], zipped + i, 1) != 1)
			exit(99);
		if (i == 0)
			CHECK(input_file_wait(input, -1));
		if (input_file_read(input, buffer, &piece, &error) != SUBUNIT2_E_OK)
			exit(99);
		memcpy(all.bytes + got, piece.data, piece.len);
		got += piece.len;
	}
	CHECK(got == 3 && memcmp(all.bytes, "few", 3) == 0);
	close(ends[1]);
	CHECK(input_file_wait(input, 0));
	CHECK(input_file_read(input, buffer, &piece, &error) == SUBUNIT2_E_OK && !piece.data);
	input_file_close(input);
}

/* gzip's mark after the first byte is no mark. */
static void
check_late_mark(void)
{
	struct subunit2_error error;
	struct subunit2_view piece;
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0 || write(ends[1], "a", 1) != 1)
		exit(99);
	struct input_file *input = input_file_of(ends[0], "pipe");
	CHECK(input_file_read(input, buffer, &piece, &error) == SUBUNIT2_E_OK && piece.len == 1);
	if (write(ends[1], "\x1f\x8b!", 3) != 3)
		exit(99);
	close(ends[1]);
	read_all(input);
	CHECK(has_read("\x1f\x8b!", 3));
}

static void
check_follow(void)
{
	struct subunit2_error error;
	struct subunit2_view piece;
	write_file(path, "one", 3, O_TRUNC);
	struct input_file *input = input_file_open(path, &error);
	input_file_follow(input);
	CHECK(input_file_can_wait(input) && input_file_wait(input, 0));
	CHECK(input_file_read(input, buffer, &piece, &error) == SUBUNIT2_E_OK && piece.len == 3);
	CHECK(!input_file_wait(input, 0) && input_file_change(input) == INPUT_FILE_SAME);
	CHECK_NAMED("the end of a followed file is not the end of the input",
	            input_file_read(input, buffer, &piece, &error) == SUBUNIT2_E_OK && piece.data &&
	                    piece.len == 0);
	write_file(path, "more", 4, O_APPEND);
	CHECK(input_file_wait(input, 0) &&
	      input_file_read(input, buffer, &piece, &error) == SUBUNIT2_E_OK && piece.len == 4);
	CHECK(truncate(path, 6) == 0 && input_file_change(input) == INPUT_FILE_TRUNCATED);
	CHECK(truncate(path, 7) == 0 && input_file_change(input) == INPUT_FILE_SAME);
	unlink(path);
	CHECK_NAMED("a file that was removed may still grow",
	            input_file_change(input) == INPUT_FILE_SAME);
	write_file(other, "", 0, 0);
	CHECK(rename(other, path) == 0 && input_file_change(input) == INPUT_FILE_REPLACED);
	input_file_close(input);
	int ends[2];
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		exit(99);
	input = input_file_of(ends[0], "pipe");
	input_file_follow(input);
	close(ends[1]);
	CHECK_NAMED("a pipe is not followed",
	            input_file_read(input, buffer, &piece, &error) == SUBUNIT2_E_OK && !piece.data);
	input_file_close(input);
}

/* A compressed file that is followed holds bytes that a small read did not return. */
static void
check_holds(void)
{
	static char zipped[2000], text[150000];
	struct subunit2_error error;
	struct subunit2_view piece;
	size_t len = compress_member(zipped, sizeof(zipped), text, sizeof(text));
	write_file(path, zipped, len, O_TRUNC);
	struct input_file *input = input_file_open(path, &error);
	input_file_follow(input);
	CHECK(input_file_read(input, buffer, &piece, &error) == SUBUNIT2_E_OK &&
	      piece.len == INPUT_FILE_PIECE_MAX);
	CHECK(input_file_holds(input) && input_file_wait(input, 0));
	input_file_close(input);
}

static void
check_standard_input(void)
{
	struct subunit2_error error = {0};
	int saved = dup(STDIN_FILENO);
	write_file(path, "in", 2, O_TRUNC);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	dup2(fd, STDIN_FILENO);
	close(fd);
	CHECK(input_file_look("-", &error) == SUBUNIT2_E_OK);
	struct input_file *input = input_file_open("-", &error);
	CHECK(input && strcmp(input_file_name(input), "standard input") == 0);
	read_all(input);
	CHECK(has_read("in", 2));
	CHECK_NAMED("standard input stays open", fcntl(STDIN_FILENO, F_GETFD) >= 0);
	close(STDIN_FILENO);
	CHECK(input_file_look("-", &error) == SUBUNIT2_E_SYSTEM && error.errnum == EBADF &&
	      strcmp(error.subject, "standard input") == 0);
	CHECK(!input_file_open("-", &error) && error.errnum == EBADF);
	dup2(saved, STDIN_FILENO);
	close(saved);
}

int
main(void)
{
	if (!mkdtemp(folder))
		return 99;
	snprintf(path, sizeof(path), "%s/file", folder);
	snprintf(other, sizeof(other), "%s/other", folder);
	check_plain();
	check_refusals();
	check_gzip();
	check_gzip_errors();
	check_pipe();
	check_late_mark();
	check_follow();
	check_holds();
	check_standard_input();
	unlink(path);
	rmdir(folder);
	return check_done();
}
