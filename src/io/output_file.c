/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "output_file.h"

#include "packet_fifo.h"
#include "retrying_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLOOD_PIPE_SIZE (512 * 1024)

/* See no-color.org and bixense.com/clicolors. */
static bool
decide_color(enum color color, bool able)
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

/* True for a terminal that knows more than lines of text. */
static bool
is_able(bool terminal)
{
	const char *term = getenv("TERM");
	return terminal && term && *term && strcmp(term, "dumb") != 0;
}

static bool
starts_empty(int fd, const struct stat *status)
{
	return S_ISREG(status->st_mode) && !(fcntl(fd, F_GETFL) & O_APPEND) &&
	       lseek(fd, 0, SEEK_CUR) == 0;
}

static int
open_channel(struct destination *to)
{
	to->fd = channel_open();
	to->owned = false;
	to->name = "the stream of the wrap around";
	return to->fd < 0 ? -1 : 0;
}

static int
open_file(struct destination *to, const char *path, bool append)
{
	if (strcmp(path, CHANNEL_FILE) == 0)
		return open_channel(to);
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | (append ? O_APPEND : O_TRUNC);
	to->fd = open(path, flags, 0666);
	return to->fd < 0 ? -1 : 0;
}

/* So that writer and reader take turns less often. Not shrunk; where the system
 * gives no more, it stays as it was. */
static void
widen(int fd)
{
	int size = fcntl(fd, F_GETPIPE_SZ);
	if (size >= 0 && size < FLOOD_PIPE_SIZE)
		fcntl(fd, F_SETPIPE_SZ, FLOOD_PIPE_SIZE);
}

int
destination_open(struct destination *to, const char *path,
                 const struct destination_options *options, struct subunit2_error *error)
{
	*to = (struct destination){
		.name = path ? path : "standard output",
		.fd = path ? -1 : STDOUT_FILENO,
		.owned = options->owned && !options->append,
		.append = options->append,
	};
	if (options->folder)
		return SUBUNIT2_OK;
	struct stat status;
	if ((path && open_file(to, path, options->append) < 0) || fstat(to->fd, &status) < 0)
		return subunit2_error_system(error, to->name, errno);
	to->terminal = S_ISCHR(status.st_mode) && isatty(to->fd);
	to->able = is_able(to->terminal);
	to->color = decide_color(options->color, to->able);
	to->seekable = !options->beside && starts_empty(to->fd, &status);
	if (options->flood && S_ISFIFO(status.st_mode))
		widen(to->fd);
	to->patient = patient_new(to->fd);
	to->file = patient_file(to->patient);
	if (to->terminal)
		setvbuf(to->file, NULL, _IOLBF, 0);
	return SUBUNIT2_OK;
}

int
destination_check(const struct destination *to, struct subunit2_error *error)
{
	if (!ferror_unlocked(to->file))
		return SUBUNIT2_OK;
	int errnum = patient_errnum(to->patient);
	/* A report that is put together in memory has no other error. */
	return subunit2_error_system(error, to->name, errnum ? errnum : ENOMEM);
}

int
destination_flush(struct destination *to, struct subunit2_error *error)
{
	if (to->packets)
		return subunit2_output_flush(to->packets, error);
	if (!to->file)
		return SUBUNIT2_OK;
	fflush(to->file);
	return destination_check(to, error);
}

int
destination_close(struct destination *to, struct subunit2_error *error)
{
	int result = destination_flush(to, error);
	patient_free(to->patient);
	to->patient = NULL;
	to->file = NULL;
	bool ours = to->fd >= 0 && to->fd != STDOUT_FILENO;
	if (ours && close(to->fd) != 0 && result == SUBUNIT2_OK)
		result = subunit2_error_system(error, to->name, errno);
	to->fd = -1;
	return result;
}
