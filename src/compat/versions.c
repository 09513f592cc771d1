/*
 * subunit-1to2 and subunit-2to1: convert, from one version of the protocol to the
 * other.
 */
#include "compat.h"
#include "stream.h"

int
compat_1to2(int argc, const char **argv)
{
	return stream_convert_main("Converts a stream from version 1 to version 2.",
	                           format_named(SUBUNIT2_LITERAL("subunit1")), true, argc, argv);
}

static int
down(void *context, const char *const *paths)
{
	(void)context;
	struct outputs *outputs = stream_stdout("subunit1");
	if (!outputs)
		return COMMAND_IO;
	return stream_close(outputs, stream_read(paths, outputs_sink(outputs), outputs));
}

int
compat_2to1(int argc, const char **argv)
{
	static const struct poptOption table[] = {POPT_TABLEEND};
	static const struct options_spec spec = {
		.usage = "[FILE]",
		.about = "Converts a stream from version 2 to version 1.",
		.table = table,
	};
	return compat_main(&spec, NULL, down, NULL, argc, argv);
}
