/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Bytes for commands that read, that do not, and that are still to come. */
#include "stdin_buffer.h"
#include "check.h"
#include "unlinked.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FLOOD (3 << 20) /* bytes: more than any pipe holds */

static struct loop *loop;

static struct subunit2_view
bytes(const char *text)
{
	return subunit2_view_of(text);
}

/* What can be read now begins with TEXT and is no more. */
static bool
reads(int fd, const char *text)
{
	char got[64];
	fcntl(fd, F_SETFL, O_NONBLOCK);
	ssize_t len = read(fd, got, sizeof(got));
	return len == (ssize_t)strlen(text) && memcmp(got, text, (size_t)len) == 0;
}

static bool
has_ended(int fd)
{
	char byte;
	return read(fd, &byte, 1) == 0;
}

static void
check_commands(struct supply *supply)
{
	CHECK(supply_put(supply, bytes("early ")) && supply_unclaimed(supply) == 6);
	int fd = supply_open(supply);
	CHECK(fd >= 0 && supply_unclaimed(supply) == 0);
	CHECK(supply_put(supply, bytes("late")) && reads(fd, "early late"));
	supply_end(supply);
	CHECK(has_ended(fd));
	CHECK(supply_put(supply, bytes("too late")));
	close(fd);
	supply_close(supply);
	supply_end(supply);
	fd = supply_open(supply);
	CHECK(has_ended(fd));
	close(fd);
	supply_close(supply);
	fd = supply_open(supply);
	CHECK(supply_put(supply, bytes("next")) && reads(fd, "next"));
	close(fd);
	CHECK(supply_put(supply, bytes("deaf")) && supply_put(supply, bytes("deaf")));
	supply_close(supply);
	CHECK(supply_unclaimed(supply) == 0);
}

/* The disk gets back what was read, a MiB at a time. */
static void
check_space(struct supply *supply)
{
	static char flood[FLOOD];
	memset(flood, 'x', sizeof(flood));
	int fd = supply_open(supply);
	supply_put(supply, (struct subunit2_view){flood, FLOOD});
	off_t full = unlinked_space();
	fcntl(fd, F_SETFL, O_NONBLOCK);
	for (size_t left = FLOOD - (512 << 10); left;) {
		ssize_t got = read(fd, flood, left < sizeof(flood) ? left : sizeof(flood));
		left -= got > 0 ? (size_t)got : 0;
		loop_turn(loop);
	}
	CHECK(full >= FLOOD - (1 << 20));
	CHECK(unlinked_space() <= full - FLOOD + (2 << 20));
	close(fd);
	supply_close(supply);
}

/* Every byte comes, in order, though nobody reads when it is put. */
static void
check_flood(struct supply *supply)
{
	char *flood = malloc(FLOOD), *got = malloc(FLOOD + 1);
	for (size_t i = 0; i < FLOOD; i++)
		flood[i] = (char)(i * 7 / 3);
	int fd = supply_open(supply);
	for (size_t i = 0; i < FLOOD; i += FLOOD / 16)
		supply_put(supply, (struct subunit2_view){flood + i, FLOOD / 16});
	supply_end(supply);
	size_t len = 0;
	fcntl(fd, F_SETFL, O_NONBLOCK);
	for (ssize_t more = 1; more; len += more > 0 ? (size_t)more : 0) {
		more = read(fd, got + len, FLOOD + 1 - len);
		if (more < 0)
			loop_turn(loop);
	}
	CHECK(len == FLOOD && memcmp(flood, got, FLOOD) == 0);
	supply_close(supply);
	close(fd);

	fd = supply_open(supply);
	bool full = false;
	for (size_t i = 0; i <= SUPPLY_MAX / FLOOD; i++) {
		full = full || supply_is_full(supply);
		supply_put(supply, (struct subunit2_view){flood, FLOOD});
	}
	CHECK(!full && supply_is_full(supply));
	close(fd);
	loop_turn(loop);
	CHECK(!supply_is_full(supply));
	supply_close(supply);
	free(flood);
	free(got);
}

static void
check_unkept(void)
{
	struct supply *supply = supply_new(loop, "/no/such/folder");
	errno = 0;
	CHECK(!supply_put(supply, bytes("x")) && errno == ENOENT);
	int fd = supply_open(supply);
	CHECK(has_ended(fd));
	close(fd);
	supply_end_all(supply);
	supply_close(supply);
	fd = supply_open(supply);
	CHECK(has_ended(fd));
	close(fd);
	supply_free(supply);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	loop = loop_new();
	struct supply *supply = supply_new(loop, "/tmp");
	check_commands(supply);
	check_flood(supply);
	check_space(supply);
	check_unkept();
	supply_free(supply);
	loop_free(loop);
	return check_done();
}
