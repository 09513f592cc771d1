/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "leftovers.h"

#include "memory.h"
#include "outcome.h"
#include "script.h"
#include "timestamp.h"

#include <stdlib.h>
#include <string.h>

void
leftovers_add(struct leftovers *leftovers, const char *problem)
{
	char *before = leftovers->text, *line = script_id(problem, strlen(problem));
	leftovers->text = memory_format("%s%scannot remove %s", before ? before : "",
	                                before ? "\n" : "", line);
	free(before);
	free(line);
}

void
leftovers_report(struct leftovers *leftovers, struct subunit2_sink *sink)
{
	struct subunit2_event event = {
		.test_id = SUBUNIT2_LITERAL("subunit.tmpdir"),
		.status = SUBUNIT2_STATUS_FAIL,
		.has_timestamp = true,
		.timestamp = timestamp_now(),
	};
	if (!leftovers->text)
		return;
	outcome_attach_reason(&event, leftovers->text);
	subunit2_sink_event(sink, &event, NULL);
	free(leftovers->text);
	leftovers->text = NULL;
}
