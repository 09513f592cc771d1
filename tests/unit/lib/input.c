/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "check.h"
#include "fault.h"
#include "poll_one.h"

#include <subunit2.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define VIEW SUBUNIT2_LITERAL

static const char foo[] = "\xb3\x29\x01\x0c\x03"
			  "foo\x08\x55\x5f\x1b";
static const char bar[] = "\xb3\x2b\x03\x13\x3c\x17\x54\xcf\x80\xaf\xc8\x03"
			  "bar\x49\x96\x3e\x2d";

/* Return whether the next event of INPUT has TEST_ID and, unless NULL, the file bytes FILE. */
static bool
next_is(struct subunit2_input *input, struct subunit2_view test_id, const char *file)
{
	const struct subunit2_event *event;

	return subunit2_input_next(input, &event, NULL) == SUBUNIT2_E_OK && event &&
	       subunit2_view_equal(event->test_id, test_id) &&
	       (!file || subunit2_view_equal(event->file_bytes, subunit2_view_of(file)));
}

static bool
is_ended(struct subunit2_input *input)
{
	const struct subunit2_event *event;

	return subunit2_input_next(input, &event, NULL) == SUBUNIT2_E_OK && !event;
}

static void
write_all(int fd, const char *bytes, size_t len)
{
	if (write(fd, bytes, len) != (ssize_t)len)
		abort();
}

static void
test_pipe(void)
{
	int fds[2];
	struct subunit2_input *input;

	if (pipe(fds) < 0)
		abort();
	input = subunit2_input_new(fds[0], "a pipe", 0, NULL);
	write_all(fds[1], foo, sizeof(foo) - 1);
	CHECK_NAMED("an event is returned before the end", next_is(input, VIEW("foo"), NULL));
	write_all(fds[1], "text", 4);
	CHECK_NAMED("text is returned after its deadline", next_is(input, SUBUNIT2_ABSENT, "text"));
	write_all(fds[1], bar, sizeof(bar) - 1);
	write_all(fds[1], foo, sizeof(foo) - 1);
	write_all(fds[1], "end", 3);
	close(fds[1]);
	CHECK(next_is(input, VIEW("bar"), NULL));
	CHECK(next_is(input, VIEW("foo"), NULL));
	CHECK(next_is(input, SUBUNIT2_ABSENT, "end"));
	CHECK(is_ended(input) && is_ended(input));
	subunit2_input_free(input);
	close(fds[0]);
}

static void
test_free_early(void)
{
	int fds[2];
	struct subunit2_input *input;

	if (pipe(fds) < 0)
		abort();
	for (int i = 0; i < 10; i++)
		write_all(fds[1], foo, sizeof(foo) - 1);
	close(fds[1]);
	input = subunit2_input_new(fds[0], "a pipe", 0, NULL);
	CHECK(next_is(input, VIEW("foo"), NULL) && next_is(input, VIEW("foo"), NULL));
	subunit2_input_free(input);
	subunit2_input_free(NULL);
	close(fds[0]);
}

static void
test_damage(void)
{
	int fds[2];
	struct subunit2_input *input;

	if (pipe(fds) < 0)
		abort();
	write_all(fds[1], foo, sizeof(foo) - 2);
	close(fds[1]);
	input = subunit2_input_new(fds[0], "a pipe", SUBUNIT2_READER_DECLARED, NULL);
	const struct subunit2_event *event;
	enum subunit2_status status = SUBUNIT2_STATUS_NONE;
	while (subunit2_input_next(input, &event, NULL) == SUBUNIT2_E_OK && event &&
	       subunit2_view_equal(event->test_id, VIEW("subunit.parser")))
		status = event->status;
	CHECK_NAMED("damage is returned as events", !event && status == SUBUNIT2_STATUS_FAIL);
	subunit2_input_free(input);
	close(fds[0]);
}

static void
test_error(void)
{
	int fd = open("/", O_RDONLY);
	const struct subunit2_event *event;
	struct subunit2_error error;
	struct subunit2_input *input = subunit2_input_new(fd, "a folder", 0, NULL);

	CHECK(subunit2_input_next(input, &event, &error) == SUBUNIT2_E_SYSTEM && !event);
	CHECK(error.errnum == EISDIR);
	CHECK(subunit2_view_equal(subunit2_view_of(error.subject), VIEW("a folder")));
	subunit2_input_free(input);
	close(fd);
}

int
main(void)
{
	test_pipe();
	test_free_early();
	test_damage();
	test_error();
	return check_done();
}
