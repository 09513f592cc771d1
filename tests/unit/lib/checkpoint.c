/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The CRC of any range, and the window of the input. */
#include "checkpoint.h"
#include "check.h"
#include "crc.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static uint64_t
any(uint64_t below)
{
	return ((uint64_t)rand() << 31 | (uint64_t)rand()) % below;
}

/* Ranges as a scan needs them: the floor rises, the ends move back and forth. */
static void
check_ranges(void)
{
	const size_t size = 9u << 20;
	struct checkpoints checkpoints = {0};
	uint8_t *data = malloc(size);
	unsigned wrong = 0, combined = 0;
	if (!data)
		abort();
	for (size_t i = 0; i < size; i++)
		data[i] = (uint8_t)rand();
	/* The places differ from the offsets in the buffer. */
	struct span span = {data, 1000003, size};
	for (uint64_t at = 0; at < size; at += any(any(100) ? 20000 : 2000000)) {
		uint64_t from = at + any(300);
		uint64_t to = from + any(any(6) ? 3000 : 4194000);
		if (to > size)
			continue;
		uint64_t work = checkpoints.work;
		uint32_t crc = checkpoints_crc(&checkpoints, &span, span.base + at,
		                               span.base + from, span.base + to);
		combined += checkpoints.work - work != to - from;
		wrong += crc != crc_add(0, data + from, to - from);
	}
	CHECK(wrong == 0);
	CHECK(combined > 100);
	checkpoints_free(&checkpoints);
	free(data);
}

/* No byte before the floor is read: no memory is there. */
static void
check_floor(void)
{
	const size_t size = 1 << 16;
	uint8_t *map =
		mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint8_t *data = map + size;
	unsigned wrong = 0;
	if (map == MAP_FAILED || mprotect(map, size, PROT_NONE) < 0)
		abort();
	for (size_t i = 0; i < size; i++)
		data[i] = (uint8_t)rand();
	for (uint64_t power = 1; power < 1 << 24; power *= 2)
		for (uint64_t floor = power - 1; floor <= power + 1; floor++) {
			struct checkpoints checkpoints = {0};
			struct span span = {data, floor, size};
			uint64_t end = floor + size;
			for (int i = 0; i < 2; i++)
				wrong += checkpoints_crc(&checkpoints, &span, floor, floor, end) !=
				         crc_add(0, data, size);
			checkpoints_free(&checkpoints);
		}
	CHECK(wrong == 0);
	munmap(map, 2 * size);
}

/* One packet of the largest size is held while the window moves. */
static void
check_window(void)
{
	struct window window = {0};
	static uint8_t data[1 << 16];
	uint64_t at = 0, in = 0;
	bool intact = true;
	while (in < 20u << 20) {
		size_t len = 1 + any(sizeof(data) - 1);
		for (size_t i = 0; i < len; i++)
			data[i] = (uint8_t)((in + i) % 251);
		if (!window_append(&window, data, len))
			abort();
		in += len;
		if (in - at > 4u << 20)
			window_drop(&window, at = in - (4u << 20) + any(2000));
		intact = intact && window.held.base == at && span_end(&window.held) == in &&
		         *span_at(&window.held, at) == at % 251 &&
		         *span_at(&window.held, in - 1) == (in - 1) % 251;
	}
	CHECK(intact);
	CHECK(window.size <= WINDOW_SIZE_MAX);
	CHECK_NAMED("bytes move a few times at most", window.moved < 8 * in);
	window_drop(&window, in + 5);
	CHECK(window.held.len == 0 && span_end(&window.held) == in + 5);
	window_free(&window);
}

int
main(void)
{
	srand(1);
	check_ranges();
	check_floor();
	check_window();
	return check_done();
}
