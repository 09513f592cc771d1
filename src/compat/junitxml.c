/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2junitxml: converts a stream to JUnit's XML.
 */
#include "compat.h"
#include "part.h"
#include "stream_tool.h"

/* Writes the document without text that belongs to no test. */
static struct subunit2_sink *
compat_junitxml_write_junit(const struct writer_options *options, struct output_file *to,
                            struct subunit2_error *error)
{
	struct subunit2_sink *junit = writer_junit(options, to, error);
	return junit ? part_new(junit, true, false) : NULL;
}

int
compat_junitxml(int argc, const char **argv)
{
	static const struct stream_tool tool = {
		.about = "Writes the tests of a stream as JUnit's XML.",
		.result = compat_junitxml_write_junit,
		.text = STREAM_TEXT_PACKETS,
		.strict = true,
	};
	return stream_tool_main(&tool, argc, argv);
}
