#include "destination.h"

#include "channel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLOOD_PIPE_SIZE (512 * 1024)

/* See no-color.org and bixense.com/clicolors. */
static bool
decide_color(enum color color, bool terminal)
{
	if (color != COLOR_AUTO)
		return color == COLOR_ALWAYS;
	const char *no_color = getenv("NO_COLOR"), *force = getenv("CLICOLOR_FORCE");
	if (no_color && *no_color)
		return false;
	if (force && *force && strcmp(force, "0") != 0)
		return true;
	const char *term = getenv("TERM");
	return terminal && term && strcmp(term, "dumb") != 0;
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
	to->file = to->fd < 0 ? NULL : fdopen(to->fd, "w");
	return to->file ? 0 : -1;
}

static int
open_file(struct destination *to, const char *path, bool append)
{
	if (strcmp(path, CHANNEL_FILE) == 0)
		return open_channel(to);
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | (append ? O_APPEND : O_TRUNC);
	to->fd = open(path, flags, 0666);
	if (to->fd < 0)
		return -1;
	to->file = fdopen(to->fd, append ? "a" : "w");
	if (to->file)
		return 0;
	close(to->fd);
	return -1;
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
		.file = path ? NULL : stdout,
		.owned = options->owned && !options->append,
	};
	if (options->folder)
		return SUBUNIT2_OK;
	struct stat status;
	if ((path && open_file(to, path, options->append) < 0) || fstat(to->fd, &status) < 0)
		return subunit2_error_system(error, to->name, errno);
	to->terminal = S_ISCHR(status.st_mode) && isatty(to->fd);
	to->color = decide_color(options->color, to->terminal);
	to->seekable = starts_empty(to->fd, &status);
	if (options->flood && S_ISFIFO(status.st_mode))
		widen(to->fd);
	return SUBUNIT2_OK;
}

int
destination_flush(struct destination *to, struct subunit2_error *error)
{
	if (to->packets)
		return subunit2_output_flush(to->packets, error);
	if (to->file && fflush(to->file) != 0)
		return subunit2_error_system(error, to->name, errno);
	return SUBUNIT2_OK;
}

int
destination_close(struct destination *to, struct subunit2_error *error)
{
	int result = destination_flush(to, error);
	if (to->file == stdout && (result != SUBUNIT2_OK || ferror(stdout))) {
		/* It was told, now or before: it shall not fail once more at the very end. */
		__fpurge(stdout);
		clearerr(stdout);
	} else if (to->file && to->file != stdout && fclose(to->file) != 0 &&
	           result == SUBUNIT2_OK) {
		result = subunit2_error_system(error, to->name, errno);
	}
	to->file = NULL;
	return result;
}
