/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "part.h"

#include "memory.h"
#include "putters.h"

#include <stdlib.h>

struct stream_part {
	struct subunit2_sink sink;
	struct subunit2_sink *next;         /* owned; finished at the end */
	struct subunit2_sink *tests, *text; /* where each part goes; NULL: dropped */
};

static enum subunit2_result
compat_part_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                  struct subunit2_error *error)
{
	struct stream_part *part = (struct stream_part *)sink;
	struct subunit2_sink *to = subunit2_view_present(event->test_id) ? part->tests : part->text;
	return to ? subunit2_sink_event(to, event, error) : SUBUNIT2_E_OK;
}

static enum subunit2_result
compat_part_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	return subunit2_sink_finish(((struct stream_part *)sink)->next, error);
}

static void
compat_part_free(struct subunit2_sink *sink)
{
	struct stream_part *part = (struct stream_part *)sink;
	subunit2_sink_free(part->next);
	free(part);
}

struct subunit2_sink *
part_new(struct subunit2_sink *next, bool tests, bool text)
{
	struct stream_part *part = memory_zeroed(1, sizeof(*part));
	part->sink =
		(struct subunit2_sink){compat_part_event, compat_part_finish, compat_part_free};
	part->next = next;
	part->tests = tests ? next : NULL;
	part->text = text ? next : NULL;
	return &part->sink;
}

struct subunit2_sink *
part_change_tests(struct subunit2_sink *change, struct subunit2_sink *next)
{
	struct stream_part *part = (struct stream_part *)part_new(change, true, false);
	part->text = next;
	return &part->sink;
}

struct subunit2_sink *
part_write_tests(const struct writer_options *options, struct output_file *to,
                 struct subunit2_error *error)
{
	struct subunit2_sink *packets = writer_subunit(options, to, error);
	return packets ? part_new(packets, true, false) : NULL;
}

struct subunit2_sink *
part_write_text(const struct writer_options *options, struct output_file *to,
                struct subunit2_error *error)
{
	struct subunit2_sink *packets = writer_subunit(options, to, error);
	return packets ? part_new(packets, false, true) : NULL;
}

struct raw {
	struct subunit2_sink sink;
	FILE *file;
	struct output_file *to;
};

static enum subunit2_result
raw_event(struct subunit2_sink *sink, const struct subunit2_event *event,
          struct subunit2_error *error)
{
	struct raw *raw = (struct raw *)sink;
	if (!subunit2_view_present(event->test_id))
		put_view(raw->file, event->file_bytes);
	return output_file_check(raw->to, error);
}

static enum subunit2_result
raw_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	return output_file_check(((struct raw *)sink)->to, error);
}

static void
raw_free(struct subunit2_sink *sink)
{
	free(sink);
}

static struct subunit2_sink *
raw_new(FILE *file, struct output_file *to)
{
	struct raw *raw = memory_zeroed(1, sizeof(*raw));
	*raw = (struct raw){{raw_event, raw_finish, raw_free}, file, to};
	return &raw->sink;
}

struct subunit2_sink *
part_write_raw(const struct writer_options *options, struct output_file *to,
               struct subunit2_error *error)
{
	(void)options, (void)error;
	return raw_new(to->file, to);
}

struct subunit2_sink *
part_write_to_stderr(const struct writer_options *options, struct output_file *to,
                     struct subunit2_error *error)
{
	(void)options, (void)error;
	return raw_new(stderr, to);
}
