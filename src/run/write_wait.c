/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "write_wait.h"

#include "clock.h"

/* A write that takes less did not wait: it took the time of a processor. If each of many writes
 * waits for less, the reader takes more than a pipe holds in a few milliseconds. */
#define WRITE_WAIT_MIN_NS CLOCK_MS

static enum subunit2_result
write_wait_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                 struct subunit2_error *error)
{
	struct write_wait *wait = (struct write_wait *)sink;
	int64_t since_ns = write_wait_clock_ns(wait);
	enum subunit2_result result = subunit2_sink_event(wait->to, event, error);
	write_wait_count(wait, since_ns);
	return result;
}

static enum subunit2_result
write_wait_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	return subunit2_sink_finish(((struct write_wait *)sink)->to, error);
}

static void
write_wait_free(struct subunit2_sink *sink)
{
	(void)sink; /* a part of the caller's struct */
}

void
write_wait_begin(struct write_wait *wait, struct subunit2_sink *to,
                 const struct supervisor *supervisor)
{
	*wait = (struct write_wait){
		.sink = {write_wait_event, write_wait_finish, write_wait_free},
		.to = to,
		.supervisor = supervisor,
	};
}

int64_t
write_wait_clock_ns(const struct write_wait *wait)
{
	return clock_ns() - write_wait_lag_ns(wait);
}

int64_t
write_wait_lag_ns(const struct write_wait *wait)
{
	return wait->waited_ns + wait->supervisor->stopped_ns;
}

void
write_wait_count(struct write_wait *wait, int64_t since_ns)
{
	int64_t took_ns = write_wait_clock_ns(wait) - since_ns;
	if (took_ns >= WRITE_WAIT_MIN_NS)
		wait->waited_ns += took_ns;
}
