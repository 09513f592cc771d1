/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "attempt_report.h"

#include "cause.h"
#include "memory.h"
#include "memory_file.h"

#include <stdio.h>
#include <stdlib.h>

#define CAUSE_FILES_MAX (64 << 10) /* bytes of each file in which the cause is looked for */

/* Keeps the cause of the script, or of the first assertion if the script has no other. */
static enum subunit2_result
attempt_report_on_test(void *context, const struct subunit2_test *test,
                       struct subunit2_error *error)
{
	struct attempt_report *report = context;
	(void)error;
	bool of_script = subunit2_view_equal(test->id, report->id);
	if (!subunit2_status_is_bad(test->status) || report->of_script ||
	    (report->cause.len > 0 && (!of_script || cause_is_in_assertions(test))))
		return SUBUNIT2_E_OK;
	struct cause cause;
	cause_find(&cause, test);
	report->cause.len = 0;
	report->of_script = of_script;
	if (!of_script) {
		struct subunit2_view name = test->id;
		if (subunit2_view_starts(name, report->id) && name.len > report->id.len + 2) {
			name.data += report->id.len + 2;
			name.len -= report->id.len + 2;
		}
		buffer_add(&report->cause, name);
		buffer_add(&report->cause, SUBUNIT2_LITERAL(": "));
	}
	buffer_add(&report->cause, buffer_view(&cause.line));
	cause_clear(&cause);
	return SUBUNIT2_E_OK;
}

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
	const struct subunit2_collect_options all = {.size = sizeof(all),
	                                             .attachment_limit = CAUSE_FILES_MAX};
	*report = (struct attempt_report){
		.to = {.name = "an attempt's report", .fd = -1},
		.id = id,
	};
	report->to.file = memory_file(&report->text, &report->len);
	report->writer = memory_have(writer_text(&plain, &report->to, NULL));
	report->tests =
		memory_have(subunit2_collect_new(&all, attempt_report_on_test, NULL, report));
	pipeline_init(&report->pipeline, report->writer);
	pipeline_tee(&report->pipeline, report->tests);
	report->sink = report->pipeline.first;
	subunit2_sink_event(report->sink, &event, NULL);
}

char *
attempt_report_attach(struct attempt_report *report, struct subunit2_view id,
                      struct subunit2_view route_code, unsigned attempt, struct subunit2_sink *out)
{
	char name[32];
	subunit2_sink_finish(report->sink, NULL);
	pipeline_free(&report->pipeline);
	subunit2_sink_free(report->tests);
	subunit2_sink_free(report->writer);
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
	char *cause = NULL;
	if (report->cause.len > 0)
		cause = memory_format("attempt %u: %.*s", attempt, (int)report->cause.len,
		                      report->cause.data);
	buffer_clear(&report->cause);
	return cause;
}
