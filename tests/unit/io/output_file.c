/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Outputs: how each kind is opened, and errors that are kept for a later check. */
#include "output_file.h"
#include "check.h"
#include "count_fds.h"

#include "fault.h"
#include "packet_fifo.h"
#include "terminal.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static char folder[] = "/tmp/subunit2-output-XXXXXX";
static char path[64];

static const struct output_file_options plain = {.owned = true};

int
close(int fd)
{
	return fault_hits("close") ? -1 : (int)syscall(SYS_close, fd);
}

static unsigned closed_files;

int
fclose(FILE *file)
{
	static int (*real)(FILE * file);
	closed_files++;
	return fault_find("fclose", &real) ? EOF : real(file);
}

static bool
holds(const char *text)
{
	char bytes[64];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = read(fd, bytes, sizeof(bytes));
	close(fd);
	return len == (ssize_t)strlen(text) && memcmp(bytes, text, (size_t)len) == 0;
}

static void
check_files(void)
{
	struct output_file to;
	struct subunit2_error error = {0};
	struct stat status;
	int before = count_fds();
	mode_t mask = umask(0);
	CHECK(output_file_open(&to, path, &plain, &error) == SUBUNIT2_E_OK && to.owned &&
	      to.seekable && !to.terminal && !to.append && !to.socket);
	umask(mask);
	CHECK(stat(path, &status) == 0 && (status.st_mode & 07777) == 0666);
	fputs("1st\n", to.file);
	CHECK(holds("") && output_file_flush(&to, &error) == SUBUNIT2_E_OK && holds("1st\n"));
	closed_files = 0;
	CHECK(output_file_close(&to, &error) == SUBUNIT2_E_OK && to.fd < 0 && closed_files == 1 &&
	      count_fds() == before);
	const struct output_file_options append = {.owned = true, .append = true};
	CHECK(output_file_open(&to, path, &append, &error) == SUBUNIT2_E_OK && !to.owned &&
	      !to.seekable && to.append);
	fputs(", more", to.file);
	CHECK(output_file_close(&to, &error) == SUBUNIT2_E_OK && holds("1st\n, more"));
	CHECK(output_file_open(&to, path, &plain, &error) == SUBUNIT2_E_OK &&
	      output_file_close(&to, &error) == SUBUNIT2_E_OK && holds(""));
	const struct output_file_options beside = {.beside = true};
	CHECK(output_file_open(&to, path, &beside, &error) == SUBUNIT2_E_OK && !to.seekable);
	CHECK(output_file_close(&to, &error) == SUBUNIT2_E_OK);
	const struct output_file_options nothing = {.folder = true};
	CHECK(output_file_open(&to, "/nonexistent/folder", &nothing, &error) == SUBUNIT2_E_OK &&
	      to.fd < 0 && !to.file);
	CHECK(output_file_flush(&to, &error) == SUBUNIT2_E_OK &&
	      output_file_close(&to, &error) == SUBUNIT2_E_OK);
}

static void
check_errors(void)
{
	struct output_file to;
	struct subunit2_error error = {0};
	CHECK(output_file_open(&to, "/nonexistent/file", &plain, &error) == SUBUNIT2_E_SYSTEM &&
	      error.errnum == ENOENT && strcmp(error.subject, "/nonexistent/file") == 0);
	CHECK(output_file_open(&to, "/dev/full", &plain, &error) == SUBUNIT2_E_OK && !to.seekable &&
	      !to.terminal);
	fputs("lost", to.file);
	CHECK(output_file_check(&to, &error) == SUBUNIT2_E_OK);
	CHECK(output_file_flush(&to, &error) == SUBUNIT2_E_SYSTEM && error.errnum == ENOSPC);
	error = (struct subunit2_error){0};
	CHECK_NAMED("an error is kept",
	            output_file_check(&to, &error) == SUBUNIT2_E_SYSTEM && error.errnum == ENOSPC);
	CHECK(output_file_close(&to, &error) == SUBUNIT2_E_SYSTEM && error.errnum == ENOSPC);
	CHECK(output_file_open(&to, path, &plain, &error) == SUBUNIT2_E_OK);
	error = (struct subunit2_error){0};
	fault_arm("close", EIO, 0, 1);
	CHECK_NAMED("so is a close that fails",
	            output_file_close(&to, &error) == SUBUNIT2_E_SYSTEM && error.errnum == EIO &&
	                    strcmp(error.subject, path) == 0 && fault_disarm() == 1);
}

/* A writer of packets has an output of its own. */
static void
check_packets(void)
{
	const struct subunit2_event event = {.test_id = SUBUNIT2_LITERAL("test")};
	struct output_file to;
	struct subunit2_error error = {0};
	CHECK(output_file_open(&to, "/dev/full", &plain, &error) == SUBUNIT2_E_OK);
	to.packets = subunit2_output_new(to.fd, to.name, 0, &error);
	struct subunit2_sink *sink = subunit2_output_sink(to.packets);
	CHECK(sink->event(sink, &event, &error) == SUBUNIT2_E_OK);
	CHECK(output_file_flush(&to, &error) == SUBUNIT2_E_SYSTEM && error.errnum == ENOSPC);
	output_file_close(&to, NULL);
	subunit2_output_free(to.packets);
}

static void
check_wrap_around(void)
{
	struct output_file to;
	struct packet_fifo fifo;
	struct subunit2_error error = {0};
	char byte;
	unsetenv(PACKET_FIFO_VARIABLE);
	CHECK(output_file_open(&to, PACKET_FIFO_FILE, &plain, &error) == SUBUNIT2_E_SYSTEM &&
	      error.errnum == ENOENT &&
	      strcmp(error.subject, "the stream of the wrap around") == 0);
	if (!packet_fifo_make(&fifo, folder))
		exit(99);
	setenv(PACKET_FIFO_VARIABLE, fifo.path, 1);
	CHECK(output_file_open(&to, PACKET_FIFO_FILE, &plain, &error) == SUBUNIT2_E_OK);
	CHECK_NAMED("others write there, too", !to.owned);
	fputs("x", to.file);
	CHECK(output_file_close(&to, &error) == SUBUNIT2_E_OK &&
	      read(fifo.read_fd, &byte, 1) == 1 && byte == 'x');
	packet_fifo_remove(&fifo);
}

/* A listener that ends its side at once; it READS, or loses the bytes. */
static void
check_socket(bool reads)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct output_file to;
	struct subunit2_error error = {0};
	char name[64], byte = 0;
	snprintf(name, sizeof(name), "unix:%s/socket", folder);
	CHECK(output_file_open(&to, name, &plain, &error) == SUBUNIT2_E_SYSTEM &&
	      error.errnum == ENOENT && output_file_close(&to, &error) == SUBUNIT2_E_OK);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", name + strlen("unix:"));
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(listener, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(listener, 1) < 0)
		exit(99);
	CHECK(output_file_open(&to, name, &plain, &error) == SUBUNIT2_E_OK && to.socket &&
	      !to.seekable);
	fputs("x", to.file);
	CHECK(output_file_flush(&to, &error) == SUBUNIT2_E_OK);
	int peer = accept(listener, NULL, NULL);
	if (reads)
		CHECK(read(peer, &byte, 1) == 1 && byte == 'x' && shutdown(peer, SHUT_WR) == 0);
	else
		close(peer);
	enum subunit2_result result = output_file_close(&to, &error);
	CHECK_NAMED("bytes that the listener did not read are an error",
	            reads ? result == SUBUNIT2_E_OK
	                  : result == SUBUNIT2_E_SYSTEM && error.errnum == ECONNRESET &&
	                            strcmp(error.subject, name) == 0);
	if (reads) {
		CHECK_NAMED("the listener sees the end", read(peer, &byte, 1) == 0);
		close(peer);
	}
	close(listener);
	unlink(address.sun_path);
}

/* Returns whether the cursor of a terminal of the kind TERM can be moved. */
static bool
is_able(const char *term)
{
	const struct output_file_options by_terminal = {.color = COLOR_AUTO};
	struct output_file to;
	char name[64], bytes[16];
	int upper = terminal_open(name);
	if (term)
		setenv("TERM", term, 1);
	else
		unsetenv("TERM");
	setenv("NO_COLOR", "", 1);
	unsetenv("CLICOLOR_FORCE");
	CHECK(output_file_open(&to, name, &by_terminal, NULL) == SUBUNIT2_E_OK && to.terminal &&
	      !to.seekable && to.color == to.able);
	fputs("one\ntwo", to.file);
	CHECK_NAMED("a terminal shows a line at once", read(upper, bytes, sizeof(bytes)) == 5);
	bool able = to.able;
	output_file_close(&to, NULL);
	close(upper);
	return able;
}

/* Returns true if an output to a file has colors. */
static bool
has_color(enum color color, const char *no_color, const char *force)
{
	struct output_file to;
	const struct output_file_options options = {.color = color};
	setenv("NO_COLOR", no_color, 1);
	setenv("CLICOLOR_FORCE", force, 1);
	if (output_file_open(&to, path, &options, NULL) != SUBUNIT2_E_OK)
		exit(99);
	bool has = to.color;
	output_file_close(&to, NULL);
	return has;
}

static void
check_colors(void)
{
	CHECK(has_color(COLOR_ALWAYS, "1", "0") && !has_color(COLOR_NEVER, "", "1"));
	CHECK(has_color(COLOR_AUTO, "", "1") && !has_color(COLOR_AUTO, "", "0") &&
	      !has_color(COLOR_AUTO, "", ""));
	CHECK(!has_color(COLOR_AUTO, "1", "1"));
}

/* Returns the size of a pipe of SIZE bytes that was opened as a file. */
static int
pipe_size(bool flood, int size)
{
	struct output_file to;
	int ends[2];
	char name[64];
	const struct output_file_options options = {.flood = flood};
	if (pipe2(ends, O_CLOEXEC) < 0 || fcntl(ends[0], F_SETPIPE_SZ, size) < 0)
		exit(99);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", ends[1]);
	if (output_file_open(&to, name, &options, NULL) != SUBUNIT2_E_OK || to.seekable)
		exit(98);
	output_file_close(&to, NULL);
	int now = fcntl(ends[0], F_GETPIPE_SZ);
	close(ends[0]);
	close(ends[1]);
	return now;
}

static void
check_pipes(void)
{
	CHECK(pipe_size(false, 4096) == 4096);
	CHECK_NAMED("a pipe for much output becomes larger", pipe_size(true, 4096) == 512 * 1024);
	CHECK_NAMED("and never smaller", pipe_size(true, 1024 * 1024) == 1024 * 1024);
}

static void
check_standard_output(void)
{
	struct output_file to;
	CHECK(output_file_open(&to, NULL, &plain, NULL) == SUBUNIT2_E_OK &&
	      strcmp(to.name, "standard output") == 0);
	CHECK_NAMED("standard output stays open", output_file_close(&to, NULL) == SUBUNIT2_E_OK &&
	                                                  fcntl(STDOUT_FILENO, F_GETFD) >= 0);
}

int
main(void)
{
	if (!mkdtemp(folder))
		return 99;
	snprintf(path, sizeof(path), "%s/file", folder);
	check_files();
	check_errors();
	check_packets();
	check_wrap_around();
	check_socket(false);
	check_socket(true);
	CHECK(is_able("xterm") && !is_able("dumb") && !is_able("") && !is_able(NULL));
	check_colors();
	check_pipes();
	check_standard_output();
	unlink(path);
	rmdir(folder);
	return check_done();
}
