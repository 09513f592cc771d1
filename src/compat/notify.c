/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit-notify: shows how a run ended as a notification, with notify-send.
 */
#include "compat.h"
#include "desktop.h"
#include "memory.h"
#include "stream_tool.h"

#include <inttypes.h>
#include <stdlib.h>

static int
compat_notify_run_notifier(const struct stream_counts *counts)
{
	char *body = memory_format(
		"Total tests: %" PRIu64 "; Passed: %" PRIu64 "; Failed: %" PRIu64,
		counts->passed + counts->failed + counts->skipped, counts->passed, counts->failed);
	char *summary = counts->failed ? "Test run failed" : "Test run successful";
	int status = desktop_run((char *const[]){"notify-send", summary, body, NULL});
	free(body);
	return status;
}

int
compat_notify(int argc, const char **argv)
{
	static const struct stream_tool tool = {
		.about = "Shows how the tests of a stream ended as a notification on the desktop.",
		.text = STREAM_TEXT_PACKETS,
		.ended = compat_notify_run_notifier,
	};
	return stream_tool_main(&tool, argc, argv);
}
