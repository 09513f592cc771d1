/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit-stats: prints how many tests ran, passed, failed and were skipped, and the
 * tags in the stream.
 */
#include "compat.h"
#include "memory.h"
#include "printable.h"
#include "putters.h"
#include "stream_tool.h"

#include <inttypes.h>
#include <stdlib.h>

struct stats {
	struct subunit2_sink sink;
	struct output_file *to;
	const struct writer_options *options;
	struct subunit2_summary *summary;
	struct subunit2_tagset tags;
};

static enum subunit2_result
compat_stats_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                   struct subunit2_error *error)
{
	struct stats *stats = (struct stats *)sink;
	if (!subunit2_view_present(event->test_id))
		return SUBUNIT2_E_OK;
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (event->status != SUBUNIT2_STATUS_EXISTS)
		result = subunit2_tagset_add_all(&stats->tags, event->tags, error);
	return result == SUBUNIT2_E_OK
	               ? subunit2_sink_event(subunit2_summary_sink(stats->summary), event, error)
	               : result;
}

static void
compat_stats_put_tags(FILE *file, struct subunit2_tags tags)
{
	struct string_list sorted = {0};
	struct subunit2_view tag;
	while (subunit2_tags_next(&tags, &tag))
		string_list_add_owned(&sorted, memory_copy_len(tag.data, tag.len));
	string_list_sort(&sorted);
	for (size_t i = 0; i < sorted.count; i++) {
		put_text(file, i ? ", " : "");
		printable_put(file, subunit2_view_of(sorted.items[i]));
	}
	string_list_clear(&sorted);
}

static enum subunit2_result
compat_stats_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct stats *stats = (struct stats *)sink;
	FILE *file = stats->to->file;
	enum subunit2_result result =
		subunit2_sink_finish(subunit2_summary_sink(stats->summary), error);
	if (result != SUBUNIT2_E_OK || stats->options->lacks_input)
		return result;
	struct stream_counts counts = stream_count(subunit2_summary_result(stats->summary));
	fprintf(file, "Total tests:   %5" PRIu64 "\n",
	        counts.passed + counts.failed + counts.skipped);
	fprintf(file, "Passed tests:  %5" PRIu64 "\n", counts.passed);
	fprintf(file, "Failed tests:  %5" PRIu64 "\n", counts.failed);
	fprintf(file, "Skipped tests: %5" PRIu64 "\n", counts.skipped);
	put_text(file, "Seen tags: ");
	compat_stats_put_tags(file, subunit2_tagset_view(&stats->tags));
	put_char(file, '\n');
	return output_file_check(stats->to, error);
}

static void
compat_stats_free(struct subunit2_sink *sink)
{
	struct stats *stats = (struct stats *)sink;
	subunit2_summary_free(stats->summary);
	subunit2_tagset_clear(&stats->tags);
	free(stats);
}

static struct subunit2_sink *
compat_stats_write_stats(const struct writer_options *options, struct output_file *to,
                         struct subunit2_error *error)
{
	(void)error;
	struct stats *stats = memory_zeroed(1, sizeof(*stats));
	stats->sink =
		(struct subunit2_sink){compat_stats_event, compat_stats_finish, compat_stats_free};
	stats->to = to;
	stats->options = options;
	stats->summary = memory_have(subunit2_summary_new());
	return &stats->sink;
}

int
compat_stats(int argc, const char **argv)
{
	static const struct stream_tool tool = {
		.about = "Counts the tests of a stream.",
		.result = compat_stats_write_stats,
		.text = STREAM_TEXT_RAW,
	};
	return stream_tool_main(&tool, argc, argv);
}
