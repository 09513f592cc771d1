/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "meson_log.h"

#include "lines.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

#define MESON_LOG_LINE_MAX (64 << 20) /* bytes: a longer line is ignored */
#define MESON_LOG_SECONDS_SIZE 64

static struct subunit2_view
meson_log_string(const json_t *object, const char *member)
{
	const json_t *value = json_object_get(object, member);
	return (struct subunit2_view){json_string_value(value), json_string_length(value)};
}

/* Calls ON_TEST for the test in LINE, and returns its result. Returns true if LINE has no test. */
static bool
meson_log_read_line(struct subunit2_view line,
                    bool (*on_test)(void *context, const struct meson_log_test *test),
                    void *context)
{
	char seconds[MESON_LOG_SECONDS_SIZE];
	json_t *object = json_loadb(line.data, line.len, JSON_ALLOW_NUL, NULL);
	snprintf(seconds, sizeof(seconds), "%.2f",
	         json_number_value(json_object_get(object, "duration")));
	const struct meson_log_test test = {
		.name = meson_log_string(object, "name"),
		.result = meson_log_string(object, "result"),
		.seconds = subunit2_view_of(seconds),
		.stdout_text = meson_log_string(object, "stdout"),
		.stderr_text = meson_log_string(object, "stderr"),
	};
	bool more = !test.name.data || !test.result.data || on_test(context, &test);
	json_decref(object);
	return more;
}

void
meson_log_read(int fd, bool (*on_test)(void *context, const struct meson_log_test *test),
               void *context)
{
	struct lines lines = {.max = MESON_LOG_LINE_MAX};
	char bytes[65536];
	bool more = true;
	ssize_t got;
	while (more &&
	       ((got = read(fd, bytes, sizeof(bytes))) > 0 || (got < 0 && errno == EINTR))) {
		struct subunit2_view rest = {bytes, got > 0 ? (size_t)got : 0}, line;
		while (more && lines_take(&lines, &rest, &line))
			if (!lines.within && !lines.open)
				more = meson_log_read_line(line, on_test, context);
	}
	lines_clear(&lines);
	close(fd);
}
