/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "run_facts.h"

#include "memory.h"
#include "timestamp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REVISION_SIZE 80

static void
run_facts_emit_one(struct subunit2_sink *sink, const char *name, const char *text)
{
	const struct subunit2_event event = {
		.file_name = subunit2_view_of(name),
		.file_bytes = subunit2_view_of(text),
		.mime_type = SUBUNIT2_TEXT_TYPE,
		.eof = true,
		.has_timestamp = true,
		.timestamp = timestamp_now(),
	};
	if (*text)
		subunit2_sink_event(sink, &event, NULL);
}

/* Fills TEXT with the commit that is checked out here; empty outside of a repository. */
static void
run_facts_revision(char text[REVISION_SIZE])
{
	FILE *git = popen("git rev-parse HEAD 2>/dev/null </dev/null", "re");
	*text = '\0';
	if (!git)
		return;
	if (!fgets(text, REVISION_SIZE, git))
		*text = '\0';
	if (pclose(git) != 0)
		*text = '\0';
}

void
run_facts_emit(struct subunit2_sink *sink, const char *command)
{
	char host[256] = "", revision[REVISION_SIZE];
	if (command) {
		char *line = memory_format("%s\n", command);
		run_facts_emit_one(sink, "command", line);
		free(line);
	}
	if (gethostname(host, sizeof(host) - 1) == 0 && *host) {
		strcat(host, "\n");
		run_facts_emit_one(sink, "host", host);
	}
	run_facts_revision(revision);
	run_facts_emit_one(sink, "revision", revision);
}

bool
run_facts_has(const struct subunit2_event *event)
{
	static const char *const names[] = {"command", "host", "revision"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!subunit2_view_present(event->test_id) &&
		    subunit2_view_equal(event->file_name, subunit2_view_of(names[i])))
			return true;
	return false;
}
