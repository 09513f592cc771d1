/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "output_file.h"

#include "packet_fifo.h"
#include "retrying_file.h"
#include "socket_output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLOOD_PIPE_SIZE (512 * 1024)

/* See no-color.org and bixense.com/clicolors. */
static bool
output_file_decide_color(enum color color, bool able)
{
	if (color != COLOR_AUTO)
		return color == COLOR_ALWAYS;
	const char *no_color = getenv("NO_COLOR"), *force = getenv("CLICOLOR_FORCE");
	if (no_color && *no_color)
		return false;
	if (force && *force && strcmp(force, "0") != 0)
		return true;
	return able;
}

/* Returns true for a terminal whose cursor can be moved. */
static bool
output_file_is_able(bool terminal)
{
	const char *term = getenv("TERM");
	return terminal && term && *term && strcmp(term, "dumb") != 0;
}

static bool
output_file_starts_empty(int fd, const struct stat *status)
{
	return S_ISREG(status->st_mode) && !(fcntl(fd, F_GETFL) & O_APPEND) &&
	       lseek(fd, 0, SEEK_CUR) == 0;
}

static void
output_file_open_fifo(struct output_file *to)
{
	to->fd = packet_fifo_open();
	to->owned = false;
	to->name = "the stream of the wrap around";
}

/* Sets the descriptor of TO, to -1 with errno on failure. */
static void
output_file_open_file(struct output_file *to, const char *path, bool append)
{
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | (append ? O_APPEND : O_TRUNC);
	if (strcmp(path, PACKET_FIFO_FILE) == 0)
		output_file_open_fifo(to);
	else
		to->fd = open(path, flags, 0666);
}

/* Enlarges a pipe, so that writer and reader are scheduled less often. Never shrinks it; ignores
 * the failure if the system allows no more. */
static void
output_file_widen(int fd)
{
	if (fcntl(fd, F_GETPIPE_SZ) < FLOOD_PIPE_SIZE)
		fcntl(fd, F_SETPIPE_SZ, FLOOD_PIPE_SIZE);
}

enum subunit2_result
output_file_open(struct output_file *to, const char *path,
                 const struct output_file_options *options, struct subunit2_error *error)
{
	*to = (struct output_file){
		.name = path ? path : "standard output",
		.fd = path ? -1 : STDOUT_FILENO,
		.owned = options->owned && !options->append,
		.append = options->append,
	};
	if (options->folder)
		return SUBUNIT2_E_OK;
	struct stat status;
	to->socket = path && socket_output_is_name(path);
	if (to->socket && (to->fd = socket_output_open(path, error)) < 0)
		return error->code;
	if (path && !to->socket)
		output_file_open_file(to, path, options->append);
	if (to->fd < 0 || fstat(to->fd, &status) < 0)
		return subunit2_error_system(error, to->name, errno);
	to->terminal = S_ISCHR(status.st_mode) && isatty(to->fd);
	to->able = output_file_is_able(to->terminal);
	to->color = output_file_decide_color(options->color, to->able);
	to->seekable = !options->beside && output_file_starts_empty(to->fd, &status);
	if (options->flood && S_ISFIFO(status.st_mode))
		output_file_widen(to->fd);
	to->retrying = retrying_file_new(to->fd);
	to->file = retrying_file_file(to->retrying);
	if (to->terminal)
		setvbuf(to->file, NULL, _IOLBF, 0);
	return SUBUNIT2_E_OK;
}

enum subunit2_result
output_file_check(const struct output_file *to, struct subunit2_error *error)
{
	if (!ferror_unlocked(to->file))
		return SUBUNIT2_E_OK;
	int errnum = retrying_file_errnum(to->retrying);
	/* The only possible error of a file in memory. */
	return subunit2_error_system(error, to->name, errnum ? errnum : ENOMEM);
}

enum subunit2_result
output_file_flush(struct output_file *to, struct subunit2_error *error)
{
	if (to->packets)
		return subunit2_output_flush(to->packets, error);
	if (!to->file)
		return SUBUNIT2_E_OK;
	fflush(to->file);
	return output_file_check(to, error);
}

enum subunit2_result
output_file_close(struct output_file *to, struct subunit2_error *error)
{
	enum subunit2_result result = output_file_flush(to, error);
	retrying_file_free(to->retrying);
	to->retrying = NULL;
	to->file = NULL;
	bool ours = to->fd > STDOUT_FILENO;
	int errnum =
		ours && to->socket && result == SUBUNIT2_E_OK ? socket_output_finish(to->fd) : 0;
	if (errnum != 0)
		result = subunit2_error_system(error, to->name, errnum);
	if (ours && close(to->fd) != 0 && result == SUBUNIT2_E_OK)
		result = subunit2_error_system(error, to->name, errno);
	to->fd = -1;
	return result;
}
