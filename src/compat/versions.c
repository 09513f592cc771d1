/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit-1to2 and subunit-2to1: convert a stream from one version of the protocol to
 * the other.
 */
#include "compat.h"
#include "conversion.h"
#include "exit_status.h"
#include "memory.h"
#include "part.h"
#include "stream.h"
#include "timestamp.h"

/* Adds the time to events of tests that have none. Text gets no time, because the time of
 * reading would not match the times of the tests. */
static struct subunit2_sink *
compat_versions_stamp_tests(struct subunit2_sink *next)
{
	return part_change_tests(memory_have(subunit2_stamp_new(next, timestamp_clock, NULL)),
	                         next);
}

int
compat_1to2(int argc, const char **argv)
{
	const struct conversion conversion = {
		.from = format_named(SUBUNIT2_LITERAL("subunit1")),
		.change = compat_versions_stamp_tests,
	};
	return conversion_main("Converts a stream from version 1 to version 2.", &conversion, argc,
	                       argv);
}

static int
compat_versions_convert_2to1(void *context, const char *const *paths)
{
	(void)context;
	struct outputs *outputs = stream_stdout("subunit1", paths);
	if (!outputs)
		return EXIT_STATUS_IO;
	return stream_close(outputs, stream_read(paths, outputs_sink(outputs), outputs));
}

int
compat_2to1(int argc, const char **argv)
{
	static const struct poptOption table[] = {POPT_TABLEEND};
	static const struct compat_tool tool = {
		.spec.usage = "[FILE]",
		.spec.about = "Converts a stream from version 2 to version 1.",
		.spec.table = table,
		.run = compat_versions_convert_2to1,
	};
	return compat_main(&tool, NULL, argc, argv);
}
