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
#define PUNCH_SHIFT 20    /* the disk gets back what was taken, a MiB at a time */

struct supply {
	struct loop *loop;
	const char *folder;
	bool open;          /* a command runs */
	int fd;             /* writes to it; -1: none runs, or its input has ended */
	bool terminal;      /* FD is one */
	bool deaf;          /* the command takes no more */
	bool ended;         /* nothing more comes for it, or for the next */
	bool ended_all;     /* nor for any other */
	bool mid_line;      /* what was written last was no newline */
	int file;           /* holds what waits; -1: nothing ever did */
	int64_t begin, end; /* of that in it */
	struct loop_watch room;
};

struct supply *
supply_new(struct loop *loop, const char *folder)
{
	struct supply *supply = memory_zeroed(1, sizeof(*supply));
	supply->loop = loop;
	supply->folder = folder;
	supply->fd = supply->file = -1;
	return supply;
}

static void
close_fd(struct supply *supply)
{
	loop_unwatch(supply->loop, &supply->room);
	if (supply->fd >= 0)
		close(supply->fd);
	supply->fd = -1;
}

void
supply_free(struct supply *supply)
{
	if (!supply)
		return;
	close_fd(supply);
	if (supply->file >= 0)
		close(supply->file);
	free(supply);
}

/* Returns how much of BYTES was taken. */
static size_t
write_now(struct supply *supply, struct subunit2_view bytes)
{
	size_t taken = 0;
	while (taken < bytes.len && !supply->deaf) {
		ssize_t wrote = write(supply->fd, bytes.data + taken, bytes.len - taken);
		if (wrote == 0 || (wrote < 0 && errno == EAGAIN))
			break;
		if (wrote > 0)
			taken += (size_t)wrote;
		else if (errno != EINTR)
			supply->deaf = true;
	}
	if (taken)
		supply->mid_line = bytes.data[taken - 1] != '\n';
	return taken;
}

static void
punch(struct supply *supply, int64_t taken)
{
	int64_t begin = supply->begin;
	supply->begin += taken;
	if (begin >> PUNCH_SHIFT != supply->begin >> PUNCH_SHIFT)
		fallocate(supply->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
		          supply->begin);
}

static void
drop_waiting(struct supply *supply)
{
	if (supply->end && ftruncate(supply->file, 0) == 0)
		supply->end = 0;
	supply->begin = supply->end;
}

static void
write_waiting(struct supply *supply)
{
	char piece[PIECE];
	ssize_t got = pread(supply->file, piece, sizeof(piece), supply->begin);
	if (got > 0)
		punch(supply, (int64_t)write_now(supply, (struct subunit2_view){piece, got}));
	else if (got == 0 || errno != EINTR)
		supply->deaf = true;
	if (supply->deaf || supply->begin == supply->end)
		drop_waiting(supply);
}

/* A terminal stays open, since closing it would hang up on the command; in the
 * middle of a line, the first character only ends that. */
static void
write_end(struct supply *supply)
{
	struct termios modes;
	if (!supply->terminal) {
		close_fd(supply);
		supply->deaf = true;
		return;
	}
	char end = tcgetattr(supply->fd, &modes) == 0 ? (char)modes.c_cc[VEOF] : '\4';
	if (!supply->mid_line || write_now(supply, (struct subunit2_view){&end, 1}) == 1)
		supply->mid_line = false;
	if (!supply->mid_line && write_now(supply, (struct subunit2_view){&end, 1}) == 1)
		supply->deaf = true;
}

/* Writes what may be written now, and sees to it that the rest will be. */
static void
pump(void *context)
{
	struct supply *supply = context;
	if (supply->fd < 0)
		return;
	if (supply->begin < supply->end)
		write_waiting(supply);
	if (supply->begin == supply->end && supply->ended && !supply->deaf)
		write_end(supply);
	bool more = !supply->deaf && (supply->begin < supply->end || supply->ended);
	if (!more)
		loop_unwatch(supply->loop, &supply->room);
	else if (!supply->room.slot)
		loop_watch_room(supply->loop, &supply->room, supply->fd, pump, supply);
}

static void
begin(struct supply *supply, int fd, bool terminal)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	supply->fd = fd;
	supply->terminal = terminal;
	supply->open = true;
	pump(supply);
}

int
supply_open(struct supply *supply)
{
	int fds[2];
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -1;
	begin(supply, fds[1], false);
	return fds[0];
}

bool
supply_open_terminal(struct supply *supply, int terminal)
{
	int fd = fcntl(terminal, F_DUPFD_CLOEXEC, 3);
	if (fd >= 0)
		begin(supply, fd, true);
	return fd >= 0;
}

void
supply_close(struct supply *supply)
{
	if (!supply->open)
		return;
	close_fd(supply);
	drop_waiting(supply);
	supply->open = supply->deaf = supply->mid_line = false;
	supply->ended = supply->ended_all;
}

/* False with errno when BYTES cannot wait; what waited before does so still. */
static bool
keep(struct supply *supply, struct subunit2_view bytes)
{
	if (supply->file < 0)
		supply->file = temporary_open_in(supply->folder);
	if (supply->file < 0)
		return false;
	for (int64_t at = supply->end; bytes.len;) {
		ssize_t wrote = pwrite(supply->file, bytes.data, bytes.len, at);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			return false;
		at += wrote;
		bytes.data += wrote;
		bytes.len -= (size_t)wrote;
		if (!bytes.len)
			supply->end = at;
	}
	return true;
}

bool
supply_put(struct supply *supply, struct subunit2_view bytes)
{
	if (supply->deaf || supply->ended)
		return true;
	if (supply->open && supply->begin == supply->end) {
		size_t taken = write_now(supply, bytes);
		bytes.data += taken;
		bytes.len -= taken;
	}
	if (!bytes.len || supply->deaf)
		return true;
	bool kept = supply->open || supply_unclaimed(supply) + (int64_t)bytes.len <= SUPPLY_MAX;
	if (!kept)
		errno = EFBIG;
	int errnum = kept && keep(supply, bytes) ? 0 : errno;
	/* What comes after a gap is worse than an end. */
	supply->ended = errnum != 0;
	pump(supply);
	errno = errnum;
	return !errnum;
}

void
supply_end(struct supply *supply)
{
	supply->ended = true;
	pump(supply);
}

void
supply_end_all(struct supply *supply)
{
	supply->ended_all = true;
	supply_end(supply);
}

bool
supply_is_full(const struct supply *supply)
{
	return supply->open && supply->end - supply->begin >= SUPPLY_MAX;
}

int64_t
supply_unclaimed(const struct supply *supply)
{
	return supply->open ? 0 : supply->end - supply->begin;
}

int
supply_terminal(const struct supply *supply)
{
	return supply->terminal ? supply->fd : -1;
}
