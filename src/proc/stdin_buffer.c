/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "stdin_buffer.h"

#include "memory.h"
#include "tempfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#define PIECE (64 * 1024) /* bytes read back at once */
#define PUNCH_SHIFT 20    /* space on disk is released a MiB at a time */

struct stdin_buffer {
	struct event_loop *loop;
	const char *folder;
	bool open;          /* a command runs */
	int fd;             /* to write to; -1: no command runs, or its input has ended */
	bool terminal;      /* FD is a terminal */
	bool reader_closed; /* the command reads no more */
	bool ended;         /* the input of this command, or of the next one, has ended */
	bool ended_all;     /* and that of all later ones */
	bool mid_line;      /* the last byte written was no newline */
	int file;           /* of waiting bytes; -1: not created yet */
	int64_t begin, end; /* of the waiting bytes in the file */
	struct subunit2_view end_bytes; /* see stdin_buffer_set_end */
	struct event_loop_watch room;
};

struct stdin_buffer *
stdin_buffer_new(struct event_loop *loop, const char *folder)
{
	struct stdin_buffer *stdin_buffer = memory_zeroed(1, sizeof(*stdin_buffer));
	stdin_buffer->loop = loop;
	stdin_buffer->folder = folder;
	stdin_buffer->fd = stdin_buffer->file = -1;
	return stdin_buffer;
}

static void
stdin_buffer_close_fd(struct stdin_buffer *stdin_buffer)
{
	event_loop_unwatch(stdin_buffer->loop, &stdin_buffer->room);
	if (stdin_buffer->fd >= 0)
		close(stdin_buffer->fd);
	stdin_buffer->fd = -1;
}

void
stdin_buffer_free(struct stdin_buffer *stdin_buffer)
{
	if (!stdin_buffer)
		return;
	stdin_buffer_close_fd(stdin_buffer);
	if (stdin_buffer->file >= 0)
		close(stdin_buffer->file);
	free(stdin_buffer);
}

/* Returns the number of BYTES that were written without blocking. */
static size_t
stdin_buffer_write_now(struct stdin_buffer *stdin_buffer, struct subunit2_view bytes)
{
	size_t taken = 0;
	while (taken < bytes.len && !stdin_buffer->reader_closed) {
		ssize_t wrote = write(stdin_buffer->fd, bytes.data + taken, bytes.len - taken);
		if (wrote == 0 || (wrote < 0 && errno == EAGAIN))
			break;
		if (wrote > 0)
			taken += (size_t)wrote;
		else if (errno != EINTR)
			stdin_buffer->reader_closed = true;
	}
	if (taken)
		stdin_buffer->mid_line = bytes.data[taken - 1] != '\n';
	return taken;
}

static void
stdin_buffer_punch_hole(struct stdin_buffer *stdin_buffer, int64_t taken)
{
	int64_t begin = stdin_buffer->begin;
	stdin_buffer->begin += taken;
	if (begin >> PUNCH_SHIFT != stdin_buffer->begin >> PUNCH_SHIFT)
		fallocate(stdin_buffer->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
		          stdin_buffer->begin);
}

static void
stdin_buffer_drop_waiting(struct stdin_buffer *stdin_buffer)
{
	if (stdin_buffer->end && ftruncate(stdin_buffer->file, 0) == 0)
		stdin_buffer->end = 0;
	stdin_buffer->begin = stdin_buffer->end;
}

static void
stdin_buffer_write_waiting(struct stdin_buffer *stdin_buffer)
{
	char piece[PIECE];
	ssize_t got = pread(stdin_buffer->file, piece, sizeof(piece), stdin_buffer->begin);
	if (got > 0)
		stdin_buffer_punch_hole(stdin_buffer,
		                        (int64_t)stdin_buffer_write_now(
						stdin_buffer, (struct subunit2_view){piece, got}));
	else if (got == 0 || errno != EINTR)
		stdin_buffer->reader_closed = true;
	if (stdin_buffer->reader_closed || stdin_buffer->begin == stdin_buffer->end)
		stdin_buffer_drop_waiting(stdin_buffer);
}

/* Writes the end-of-file character to a terminal, which stays open: closing it would hang up on
 * the command. In the middle of a line, the character is needed twice: the first ends the line. */
static void
stdin_buffer_write_end(struct stdin_buffer *stdin_buffer)
{
	struct termios modes;
	if (stdin_buffer->end_bytes.len) {
		size_t taken = stdin_buffer_write_now(stdin_buffer, stdin_buffer->end_bytes);
		stdin_buffer->reader_closed |= taken == stdin_buffer->end_bytes.len;
		return;
	}
	if (!stdin_buffer->terminal) {
		stdin_buffer_close_fd(stdin_buffer);
		stdin_buffer->reader_closed = true;
		return;
	}
	char end = tcgetattr(stdin_buffer->fd, &modes) == 0 ? (char)modes.c_cc[VEOF] : '\4';
	if (!stdin_buffer->mid_line ||
	    stdin_buffer_write_now(stdin_buffer, (struct subunit2_view){&end, 1}) == 1)
		stdin_buffer->mid_line = false;
	if (!stdin_buffer->mid_line &&
	    stdin_buffer_write_now(stdin_buffer, (struct subunit2_view){&end, 1}) == 1)
		stdin_buffer->reader_closed = true;
}

/* Writes the bytes that can be written now, and watches for room for the rest. */
static void
stdin_buffer_pump(void *context)
{
	struct stdin_buffer *stdin_buffer = context;
	if (stdin_buffer->fd < 0)
		return;
	if (stdin_buffer->begin < stdin_buffer->end)
		stdin_buffer_write_waiting(stdin_buffer);
	if (stdin_buffer->begin == stdin_buffer->end && stdin_buffer->ended &&
	    !stdin_buffer->reader_closed)
		stdin_buffer_write_end(stdin_buffer);
	bool more = !stdin_buffer->reader_closed &&
	            (stdin_buffer->begin < stdin_buffer->end || stdin_buffer->ended);
	if (!more)
		event_loop_unwatch(stdin_buffer->loop, &stdin_buffer->room);
	else if (!stdin_buffer->room.watched)
		event_loop_watch_room(stdin_buffer->loop, &stdin_buffer->room, stdin_buffer->fd,
		                      stdin_buffer_pump, stdin_buffer);
}

static void
stdin_buffer_begin(struct stdin_buffer *stdin_buffer, int fd, bool terminal)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	stdin_buffer->fd = fd;
	stdin_buffer->terminal = terminal;
	stdin_buffer->open = true;
	stdin_buffer_pump(stdin_buffer);
}

int
stdin_buffer_open(struct stdin_buffer *stdin_buffer)
{
	int fds[2];
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -1;
	stdin_buffer_begin(stdin_buffer, fds[1], false);
	return fds[0];
}

bool
stdin_buffer_open_terminal(struct stdin_buffer *stdin_buffer, int terminal)
{
	int fd = fcntl(terminal, F_DUPFD_CLOEXEC, 3);
	if (fd >= 0)
		stdin_buffer_begin(stdin_buffer, fd, true);
	return fd >= 0;
}

void
stdin_buffer_close(struct stdin_buffer *stdin_buffer)
{
	if (!stdin_buffer->open)
		return;
	stdin_buffer_close_fd(stdin_buffer);
	stdin_buffer_drop_waiting(stdin_buffer);
	stdin_buffer->open = stdin_buffer->reader_closed = stdin_buffer->mid_line = false;
	stdin_buffer->ended = stdin_buffer->ended_all;
}

/* Appends BYTES to the file. Returns false with errno, without them, on failure. */
static bool
stdin_buffer_store(struct stdin_buffer *stdin_buffer, struct subunit2_view bytes)
{
	if (stdin_buffer->file < 0)
		stdin_buffer->file = tempfile_open_in(stdin_buffer->folder);
	if (stdin_buffer->file < 0)
		return false;
	for (int64_t at = stdin_buffer->end; bytes.len;) {
		ssize_t wrote = pwrite(stdin_buffer->file, bytes.data, bytes.len, at);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			return false;
		at += wrote;
		bytes.data += wrote;
		bytes.len -= (size_t)wrote;
		if (!bytes.len)
			stdin_buffer->end = at;
	}
	return true;
}

bool
stdin_buffer_put(struct stdin_buffer *stdin_buffer, struct subunit2_view bytes)
{
	if (stdin_buffer->reader_closed || stdin_buffer->ended)
		return true;
	if (stdin_buffer->open && stdin_buffer->begin == stdin_buffer->end) {
		size_t taken = stdin_buffer_write_now(stdin_buffer, bytes);
		bytes.data += taken;
		bytes.len -= taken;
	}
	if (!bytes.len || stdin_buffer->reader_closed)
		return true;
	bool kept = stdin_buffer->open ||
	            stdin_buffer_unread(stdin_buffer) + (int64_t)bytes.len <= STDIN_BUFFER_MAX;
	if (!kept)
		errno = EFBIG;
	int errnum = kept && stdin_buffer_store(stdin_buffer, bytes) ? 0 : errno;
	/* End the input: input with a gap would mislead the command. */
	stdin_buffer->ended = errnum != 0;
	stdin_buffer_pump(stdin_buffer);
	errno = errnum;
	return !errnum;
}

void
stdin_buffer_end(struct stdin_buffer *stdin_buffer)
{
	stdin_buffer->ended = true;
	stdin_buffer_pump(stdin_buffer);
}

void
stdin_buffer_end_all(struct stdin_buffer *stdin_buffer)
{
	stdin_buffer->ended_all = true;
	stdin_buffer_end(stdin_buffer);
}

void
stdin_buffer_set_end(struct stdin_buffer *stdin_buffer, struct subunit2_view bytes)
{
	stdin_buffer->end_bytes = bytes;
}

void
stdin_buffer_cut(struct stdin_buffer *stdin_buffer)
{
	stdin_buffer->ended = stdin_buffer->ended_all = true;
	stdin_buffer_close_fd(stdin_buffer);
}

bool
stdin_buffer_is_open(const struct stdin_buffer *stdin_buffer)
{
	return stdin_buffer->open;
}

bool
stdin_buffer_is_full(const struct stdin_buffer *stdin_buffer)
{
	return stdin_buffer->open && stdin_buffer->end - stdin_buffer->begin >= STDIN_BUFFER_MAX;
}

int64_t
stdin_buffer_unread(const struct stdin_buffer *stdin_buffer)
{
	return stdin_buffer->open ? 0 : stdin_buffer->end - stdin_buffer->begin;
}

int
stdin_buffer_terminal(const struct stdin_buffer *stdin_buffer)
{
	return stdin_buffer->terminal ? stdin_buffer->fd : -1;
}
