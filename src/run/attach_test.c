/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "attach_test.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

struct attach_test *
attach_test_add(struct attach_test **list, struct attach *attach,
                const struct attach_test_options *options, int64_t now_ns)
{
	struct attach_test *test = memory_zeroed(1, sizeof(*test));
	test->attach = attach;
	test->options = *options;
	test->options.code = SUBUNIT2_ABSENT; /* it is not copied */
	route_label(&test->label, options->code);
	test->start_ns = now_ns;
	DL_APPEND(*list, test);
	return test;
}

void
attach_test_remove(struct attach_test **list, struct attach_test *test)
{
	DL_DELETE(*list, test);
	buffer_clear(&test->tail);
	buffer_clear(&test->label);
	free(test);
}

void
attach_test_keep(struct attach_test *test, struct subunit2_view bytes)
{
	if (bytes.len > ATTACH_TAIL_MAX) {
		test->cut = true;
		test->tail.len = 0;
		bytes.data += bytes.len - ATTACH_TAIL_MAX;
		bytes.len = ATTACH_TAIL_MAX;
	}
	if (test->tail.len + bytes.len > ATTACH_TAIL_MAX) {
		test->cut = true;
		buffer_drop(&test->tail, test->tail.len + bytes.len - ATTACH_TAIL_MAX);
	}
	buffer_add(&test->tail, bytes);
}

struct subunit2_view
attach_test_tail(const struct attach_test *test)
{
	struct subunit2_view tail = buffer_view(&test->tail);
	const char *newline = test->cut ? memchr(tail.data, '\n', tail.len) : NULL;
	if (newline) {
		tail.len -= (size_t)(newline + 1 - tail.data);
		tail.data = newline + 1;
	}
	return tail;
}

bool
attach_test_has_terminal(const struct attach_test *test)
{
	return test->options.terminal && stdin_buffer_terminal(test->options.terminal) >= 0;
}
