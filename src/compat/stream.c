/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "stream.h"

#include "exit_status.h"
#include "memory.h"
#include "part.h"

int
stream_read(const char *const *paths, struct subunit2_sink *sink, struct outputs *outputs)
{
	const struct inputs_options packets = {.from = format_named(SUBUNIT2_LITERAL("subunit"))};
	return inputs_read(paths, &packets, sink, outputs);
}

struct stream_counts
stream_count(const struct subunit2_summary_result *result)
{
	const struct subunit2_counts *all[] = {&result->scripts, &result->assertions};
	struct stream_counts counts = {.failed = result->damaged};
	for (size_t i = 0; i < 2; i++) {
		counts.passed += all[i]->passed + all[i]->todo + all[i]->unexpected;
		counts.failed += all[i]->failed + all[i]->unfinished;
		counts.skipped += all[i]->skipped;
		counts.unexpected += all[i]->unexpected;
	}
	return counts;
}

struct subunit2_sink *
stream_counter_begin(struct stream_counter *counter, struct subunit2_sink *next)
{
	counter->summary = memory_have(subunit2_summary_new());
	struct subunit2_sink *both[] = {subunit2_summary_sink(counter->summary), next};
	return counter->tee = memory_have(subunit2_tee_new(both, 2));
}

struct stream_counts
stream_counter_end(struct stream_counter *counter)
{
	struct stream_counts counts = stream_count(subunit2_summary_result(counter->summary));
	subunit2_sink_free(counter->tee);
	subunit2_summary_free(counter->summary);
	return counts;
}

int
stream_read_counting(const char *const *paths, struct subunit2_sink *sink, struct outputs *outputs,
                     struct stream_counts *counts)
{
	struct stream_counter counter;
	int status = stream_read(paths, stream_counter_begin(&counter, sink), outputs);
	*counts = stream_counter_end(&counter);
	return status;
}

int
stream_judge(int status, const struct stream_counts *counts, bool strict)
{
	bool bad = counts->failed || (strict && counts->unexpected);
	return status == EXIT_STATUS_GOOD && bad ? EXIT_STATUS_BAD : status;
}

struct outputs *
stream_open(const struct output_options *to, const char *const *paths)
{
	const struct outputs_defaults nothing_beside = {.inputs = paths, .needs_input = true};
	static const struct writer_options plain = {.verbose = 0};
	return outputs_open(to, &nothing_beside, &plain);
}

struct outputs *
stream_stdout(const char *format, const char *const *paths)
{
	const struct output_options to = {.to = format_named(subunit2_view_of(format))};
	return stream_open(&to, paths);
}

struct outputs *
stream_stdout_text(const char *const *paths)
{
	static const struct format raw = {.name = "raw", .out = part_write_raw};
	const struct output_options to = {.to = &raw};
	return stream_open(&to, paths);
}

int
stream_close(struct outputs *outputs, int status)
{
	int closed = outputs_close(outputs);
	return status != EXIT_STATUS_GOOD ? status : closed;
}

void
stream_add_output(struct output_options *outputs, const struct format *format, const char *path)
{
	outputs->files = memory_resize(outputs->files, outputs->count + 1, sizeof(*outputs->files));
	/* Opening /dev/stdout would write to it through a second file, with a position and
	 * a buffer of its own. */
	bool named = path && strcmp(path, "/dev/stdout") != 0;
	outputs->files[outputs->count++] =
		(struct output_target){.format = format, .path = named ? memory_copy(path) : NULL};
}
