/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The window keeps the bytes from one call to the next, in no more memory than it needs. */
#include "window.h"
#include "check.h"

#include <string.h>

static uint8_t bytes[WINDOW_SIZE_MAX];

/* Returns whether WINDOW holds the bytes from PLACE on up to END. */
static bool
holds(const struct window *window, uint64_t place, uint64_t end)
{
	return window->held.base == place && span_end(&window->held) == end &&
	       memcmp(window->held.data, bytes + place, window->held.len) == 0;
}

static void
check_sizes(void)
{
	struct window window = {0};
	CHECK(window_append(&window, bytes, 10) && holds(&window, 0, 10));
	CHECK_NAMED("a few bytes take a page", window.size == 4096);
	window_drop(&window, 10);
	CHECK_NAMED("all of it is free after a drop",
	            window_append(&window, bytes + 10, 4096) && window.size == 4096);
	CHECK(holds(&window, 10, 4106));
	CHECK_NAMED("it grows by little more than it needs",
	            window_append(&window, bytes + 4106, 4096) && window.size <= 4 * 4096);
	CHECK(holds(&window, 10, 8202));
	window_drop(&window, 8202);
	CHECK_NAMED("a small buffer is kept", window.size > 0);
	CHECK(window_append(&window, bytes + 8202, WINDOW_SIZE_MAX - 8202));
	CHECK(holds(&window, 8202, WINDOW_SIZE_MAX));
	CHECK_NAMED("it has a limit", window.size <= WINDOW_SIZE_MAX);
	window_drop(&window, WINDOW_SIZE_MAX);
	CHECK_NAMED("a large buffer is freed", window.size == 0);
	window_free(&window);
}

/* Pieces of random lengths are appended and dropped. */
static void
check_pieces(void)
{
	struct window window = {0};
	uint32_t state = 1;
	uint64_t place = 0, end = 0;
	bool same = true;
	while (end < sizeof(bytes)) {
		state = state * 1664525 + 1013904223;
		size_t len = 1 + (state >> 8) % 3000;
		if (len > sizeof(bytes) - end)
			len = sizeof(bytes) - (size_t)end;
		same &= window_append(&window, bytes + end, len);
		end += len;
		place += (state >> 20) % (end - place + 1);
		window_drop(&window, place);
		same &= holds(&window, place, end);
	}
	CHECK_NAMED("the held bytes are those of the input", same);
	CHECK_NAMED("few bytes are moved", window.moved < 2 * sizeof(bytes));
	window_drop(&window, end + 100);
	CHECK_NAMED("a drop may go beyond the end", window.held.base == end + 100);
	window_free(&window);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 31 >> 4);
	check_sizes();
	check_pieces();
	return check_done();
}
