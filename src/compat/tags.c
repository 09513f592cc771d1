/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit-tags: adds each argument as a tag to every test; an argument that begins with
 * a dash removes that tag. The only option is --help.
 */
#include "compat.h"
#include "exit_status.h"
#include "memory.h"
#include "stream.h"

#include <string.h>

static const struct poptOption table[] = {POPT_TABLEEND};

static const struct options_spec spec = {
	.usage = "[TAG...] [-TAG...]",
	.about = "Adds tags to the tests of the stream on standard input, and takes tags off.",
	.table = table,
};

static int
compat_tags_parse_tag(struct options *options, const char *argument, struct subunit2_tagset *add,
                      struct subunit2_tagset *discard)
{
	struct subunit2_error error;
	bool off = *argument == '-';
	struct subunit2_view tag = subunit2_view_of(argument + off);
	if (!tag.len)
		return options_refuse(options, "%s: not a tag",
		                      off ? argument : "an empty argument");
	if (!subunit2_utf8_is_string(tag))
		return options_refuse(options, "%s: not valid UTF-8", argument);
	if (subunit2_tagset_add(off ? discard : add, tag, &error) != SUBUNIT2_E_OK)
		return options_refuse(options, "%s: %s", argument, error.message);
	return 0;
}

static int
compat_tags_run(const struct subunit2_tagset *add, const struct subunit2_tagset *discard)
{
	static const char *const standard_input[] = {NULL};
	struct outputs *outputs = stream_stdout("subunit", standard_input);
	if (!outputs)
		return EXIT_STATUS_IO;
	struct subunit2_sink *tag = memory_have(subunit2_tag_new(
		outputs_sink(outputs), subunit2_tagset_view(add), subunit2_tagset_view(discard)));
	int status = stream_read(standard_input, tag, outputs);
	subunit2_sink_free(tag);
	return stream_close(outputs, status);
}

int
compat_tags(int argc, const char **argv)
{
	struct options options;
	struct subunit2_tagset add = {0}, discard = {0};
	bool help = argc == 2 && strcmp(argv[1], "--help") == 0;
	int result = 0;
	options_begin(&options, help ? argc : 1, argv, &spec);
	if (options_read(&options, NULL, NULL)) {
		for (int i = 1; i < argc && result == 0; i++)
			result = compat_tags_parse_tag(&options, argv[i], &add, &discard);
		if (result == 0)
			options.exit_status = compat_tags_run(&add, &discard);
	}
	options_end(&options);
	subunit2_tagset_clear(&add);
	subunit2_tagset_clear(&discard);
	return options.exit_status;
}
