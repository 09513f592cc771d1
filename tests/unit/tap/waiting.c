/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Tests that wait for the name of their level: their order, their paths, and the bytes they take.
 */
#include "waiting.h"
#include "check.h"

static struct tap_bytes
bytes_of(const char *text)
{
	return (struct tap_bytes){text, strlen(text)};
}

static bool
is_path(const struct tap_record *record, const char *path)
{
	return record->path.len == strlen(path) &&
	       memcmp(record->path.data, path, record->path.len) == 0;
}

int
main(void)
{
	struct tap_waiting waiting;
	tap_waiting_init(&waiting);
	CHECK(waiting.size == 0 && !tap_waiting_first(&waiting));

	CHECK(tap_waiting_add(&waiting, bytes_of("a"), 10));
	size_t one = waiting.size;
	CHECK_NAMED("a record counts with its path and its data",
	            one == sizeof(struct tap_record) + 1 + 10);
	uint64_t first = waiting.sequence;
	CHECK(tap_waiting_add(&waiting, bytes_of("bb"), 20));
	CHECK(tap_waiting_add(&waiting, bytes_of(""), 0));
	CHECK(waiting.size == 3 * sizeof(struct tap_record) + 1 + 2 + 10 + 20);

	CHECK(tap_waiting_name(&waiting, first, bytes_of("level")));
	struct tap_record *record = tap_waiting_first(&waiting);
	CHECK_NAMED("only later records get the name", is_path(record, "a"));
	record = TAILQ_NEXT(record, next);
	CHECK(is_path(record, "level::bb"));
	CHECK(is_path(TAILQ_NEXT(record, next), "level::"));
	CHECK(waiting.size == 3 * sizeof(struct tap_record) + 1 + 9 + 7 + 10 + 20);

	tap_waiting_drop_since(&waiting, first);
	CHECK_NAMED("later records are dropped", waiting.size == one);
	CHECK(is_path(tap_waiting_first(&waiting), "a"));
	tap_waiting_drop_first(&waiting);
	CHECK(waiting.size == 0 && !tap_waiting_first(&waiting));
	CHECK(tap_waiting_add(&waiting, bytes_of("c"), 1));
	CHECK_NAMED("a number is not used again", waiting.sequence == first + 3);
	tap_waiting_free(&waiting);
	return check_done();
}
