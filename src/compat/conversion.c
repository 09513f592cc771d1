/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "conversion.h"

#include "compat.h"
#include "exit_status.h"
#include "stream.h"

static int
compat_conversion_read_into(struct subunit2_sink *sink, const struct conversion *conversion,
                            const char *const *paths, struct outputs *outputs)
{
	const struct inputs_options inputs = {.from = conversion->from};
	if (!conversion->change)
		return inputs_read(paths, &inputs, sink, outputs);
	struct subunit2_sink *change = conversion->change(sink);
	int status = inputs_read(paths, &inputs, change, outputs);
	subunit2_sink_free(change);
	return status;
}

int
conversion_run(const struct conversion *conversion, const char *const *paths)
{
	struct stream_counter counter;
	struct outputs *outputs = stream_stdout("subunit", paths);
	if (!outputs)
		return EXIT_STATUS_IO;
	struct subunit2_sink *to = outputs_sink(outputs);
	if (conversion->verdict == CONVERSION_UNJUDGED)
		return stream_close(outputs,
		                    compat_conversion_read_into(to, conversion, paths, outputs));
	to = stream_counter_begin(&counter, to);
	int status = compat_conversion_read_into(to, conversion, paths, outputs);
	struct stream_counts counts = stream_counter_end(&counter);
	return stream_judge(stream_close(outputs, status), &counts,
	                    conversion->verdict == CONVERSION_STRICT);
}

static int
compat_conversion_run(void *context, const char *const *paths)
{
	return conversion_run(context, paths);
}

int
conversion_main(const char *about, const struct conversion *conversion, int argc, const char **argv)
{
	static const struct poptOption no_options[] = {POPT_TABLEEND};
	const struct compat_tool tool = {
		.spec = {"[FILE]", about, .table = no_options},
		.run = compat_conversion_run,
	};
	struct conversion own = *conversion;
	return compat_main(&tool, &own, argc, argv);
}
