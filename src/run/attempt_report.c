/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "attempt_report.h"

#include "memory.h"
#include "memory_file.h"

#include <stdio.h>
#include <stdlib.h>

void
attempt_report_begin(struct attempt_report *report, struct subunit2_view id,
                     struct subunit2_view route_code)
{
	static const struct writer_options plain;
	struct subunit2_event event = {
		.test_id = id,
		.route_code = route_code,
		.status = SUBUNIT2_STATUS_INPROGRESS,
		.runnable = true,
	};
	*report = (struct attempt_report){.to = {.name = "an attempt's report", .fd = -1}};
	report->to.file = memory_file(&report->text, &report->len);
	report->sink = memory_have(writer_text(&plain, &report->to, NULL));
	subunit2_sink_event(report->sink, &event, NULL);
}

void
attempt_report_attach(struct attempt_report *report, struct subunit2_view id,
                      struct subunit2_view route_code, unsigned attempt, struct subunit2_sink *out)
{
	char name[32];
	subunit2_sink_finish(report->sink, NULL);
	subunit2_sink_free(report->sink);
	fclose(report->to.file);
	snprintf(name, sizeof(name), "attempt-%u", attempt);
	struct subunit2_event event = {
		.test_id = id,
		.route_code = route_code,
		.runnable = true,
		.file_name = subunit2_view_of(name),
		.file_bytes = {report->text, report->len},
		.mime_type = SUBUNIT2_TEXT_TYPE,
		.eof = true,
	};
	subunit2_sink_event(out, &event, NULL);
	free(report->text);
}
