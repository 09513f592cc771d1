/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "auto_timeout.h"

#include "duration.h"
#include "event_loop.h"
#include "memory.h"

#define FACTOR 10
#define LEAST_NS (10 * EVENT_LOOP_S)

int64_t
auto_timeout_ns(int64_t longest_ns)
{
	int64_t timeout_ns;
	if (longest_ns < 0 || __builtin_mul_overflow(longest_ns, FACTOR, &timeout_ns))
		return 0;
	return timeout_ns < LEAST_NS ? LEAST_NS : timeout_ns;
}

char *
auto_timeout_text(int64_t longest_ns)
{
	char timeout[DURATION_SIZE], longest[DURATION_SIZE];
	return memory_format("%s; the longest known time is %s\n",
	                     duration_text(auto_timeout_ns(longest_ns), timeout),
	                     duration_text(longest_ns, longest));
}

struct subunit2_event
auto_timeout_event(const char *text, const char *id)
{
	return (struct subunit2_event){
		.test_id = subunit2_view_of(id),
		.runnable = true,
		.file_name = SUBUNIT2_LITERAL("timeout"),
		.file_bytes = subunit2_view_of(text),
		.mime_type = SUBUNIT2_TEXT_TYPE,
		.eof = true,
	};
}
