/* The history of an earlier run: times, and what went wrong. */
#include "run/history.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

static void
say(struct history *history, const char *id, enum subunit2_status status, bool runnable,
    int64_t sec)
{
	struct subunit2_event event = {
		.test_id = subunit2_view_of(id),
		.status = status,
		.runnable = runnable,
		.has_timestamp = true,
		.timestamp = {sec, 0},
	};
	subunit2_sink_event(history_sink(history), &event, NULL);
}

static void
append(void *context, const char *id)
{
	strcat(strcat(context, id), " ");
}

int
main(void)
{
	struct history *history = history_new();
	char bad[256] = "";
	say(history, "listed.t", SUBUNIT2_EXISTS, true, 0);
	say(history, "good.t", SUBUNIT2_INPROGRESS, true, 1);
	say(history, "good.t::ok", SUBUNIT2_SUCCESS, false, 2);
	say(history, "good.t", SUBUNIT2_SUCCESS, true, 4);
	say(history, "bad.t", SUBUNIT2_INPROGRESS, true, 4);
	say(history, "bad.t::one", SUBUNIT2_FAIL, false, 4);
	say(history, "bad.t", SUBUNIT2_FAIL, true, 5);
	say(history, "mended.t", SUBUNIT2_FAIL, true, 5);
	say(history, "mended.t", SUBUNIT2_SUCCESS, true, 6);
	say(history, "hung.t", SUBUNIT2_INPROGRESS, true, 6);
	subunit2_sink_finish(history_sink(history), NULL);

	CHECK(history_time_ns(history, "good.t") == 3000000000);
	CHECK(history_time_ns(history, "bad.t") == 1000000000);
	CHECK(history_time_ns(history, "listed.t") == -1);
	CHECK(history_time_ns(history, "never.t") == -1);
	history_each_bad(history, append, bad);
	CHECK(strcmp(bad, "bad.t::one bad.t hung.t ") == 0);
	history_free(history);
	return check_done();
}
