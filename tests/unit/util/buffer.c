/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Buffers and arrays that grow. */
#include "buffer.h"
#include "check.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

static void
test_buffer(void)
{
	struct buffer buffer = {0};
	buffer_add(&buffer, (struct subunit2_view){NULL, 0});
	CHECK(buffer.len == 0 && !buffer.data);
	for (int i = 0; i < 100; i++)
		buffer_add(&buffer, SUBUNIT2_LITERAL("0123456789"));
	CHECK(buffer.len == 1000 && buffer.size >= 1000 && buffer.size < 2000);
	CHECK(memcmp(buffer.data + 990, "0123456789", 10) == 0);
	buffer_drop(&buffer, 995);
	CHECK(buffer.len == 5 && memcmp(buffer.data, "56789", 5) == 0);
	buffer_drop(&buffer, 5);
	CHECK(buffer_view(&buffer).len == 0 && buffer.size >= 1000);
	char *room = buffer_reserve(&buffer, 5000);
	CHECK(room == buffer.data && buffer.size >= 5000 && buffer.len == 0);
	buffer_clear(&buffer);
	CHECK(!buffer.data && !buffer.size);
}

static void
test_grow(void)
{
	size_t room = 0;
	int *items = memory_grow(NULL, &room, 1, sizeof(*items));
	CHECK(items && room == 8);
	CHECK(memory_grow(items, &room, 8, sizeof(*items)) == items && room == 8);
	items = memory_grow(items, &room, 9, sizeof(*items));
	CHECK(room == 16);
	items = memory_grow(items, &room, 100, sizeof(*items));
	CHECK(room == 100);
	free(items);
}

int
main(void)
{
	test_buffer();
	test_grow();
	return check_done();
}
