/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "format.h"

#include "buffer.h"
#include "memory.h"
#include "suggest.h"

#include <stdlib.h>

const struct format formats[] = {
	{
		.name = "subunit",
		.about = "packets, version 2",
		.endings = ".subunit .subunit2",
		.in = input_subunit,
		.out = writer_subunit,
		.recognise = recognise_subunit,
	},
	{
		.name = "subunit1",
		.about = "version 1, lines of text; what testr keeps on disk",
		.endings = ".subunit1",
		.in = input_subunit1,
		.out = writer_subunit1,
		.recognise = recognise_subunit1,
	},
	{
		.name = "json",
		.about = "an event a line",
		.endings = ".json .jsonl",
		.in = input_json,
		.out = writer_json,
		.recognise = recognise_json,
	},
	{
		.name = "tap",
		.about = "TAP 12, 13, 14 and KTAP in; TAP 14 out",
		.endings = ".tap",
		.in = input_tap,
		.out = writer_tap,
		.whole = true,
		.recognise = recognise_tap,
	},
	{
		.name = "junit",
		.about = "XML for Jenkins, GitLab and others",
		.endings = ".xml",
		.in = input_junit,
		.out = writer_junit,
		.whole = true,
		.recognise = recognise_junit,
	},
	{
		.name = "gojson",
		.about = "what go test -json prints",
		.in = input_gojson,
		.recognise = recognise_gojson,
	},
	{
		.name = "automake",
		.about = "the console of automake's make check",
		.in = input_automake,
		.recognise = recognise_automake,
	},
	{
		.name = "ctest",
		.about = "the console of ctest",
		.in = input_ctest,
		.recognise = recognise_ctest,
	},
	{
		.name = "meson",
		.about = "the console of meson test",
		.in = input_meson,
		.recognise = recognise_meson,
	},
	{
		.name = "prove",
		.about = "the console of prove",
		.in = input_prove,
		.recognise = recognise_prove,
	},
	{
		.name = "autotest",
		.about = "the console of a suite by Autotest",
		.in = input_autotest,
		.recognise = recognise_autotest,
	},
	{
		.name = "dejagnu",
		.about = "the console of DejaGnu's runtest",
		.in = input_dejagnu,
		.recognise = recognise_dejagnu,
	},
	{
		.name = "csv",
		.about = "test,status,start,stop",
		.endings = ".csv",
		.out = writer_csv,
		.shows_labels = true,
		.whole = true,
	},
	{
		.name = "disk",
		.about = "a folder a test, its files as files",
		.out = writer_disk,
		.folder = true,
	},
	{
		.name = "html",
		.about = "one page: summary, tests, their output, a timeline",
		.endings = ".html .htm",
		.out = writer_html,
		.shows_labels = true,
		.whole = true,
	},
	{
		.name = "github",
		.about = "text for GitHub Actions, with annotations and a job summary",
		.out = writer_github,
		.shows_labels = true,
	},
	{
		.name = "gitlab",
		.about = "text for the log of a GitLab job, with collapsed sections",
		.out = writer_gitlab,
		.shows_labels = true,
	},
	{
		.name = "markdown",
		.about = "a job summary: counts, failures with causes, their output",
		.endings = ".md",
		.out = writer_markdown,
		.shows_labels = true,
	},
	{
		.name = "text",
		.about = "a line a test, failures with their output, the summary",
		.endings = ".txt",
		.out = writer_text,
		.shows_labels = true,
	},
	{
		.name = "events",
		.about = "a line an event, for people",
		.out = writer_events,
	},
	{
		.name = "summary",
		.about = "counts and verdict",
		.out = writer_summary,
	},
	{0},
};

const struct format *
format_named(struct subunit2_view name)
{
	for (const struct format *format = formats; format->name; format++)
		if (subunit2_view_equal(name, subunit2_view_of(format->name)))
			return format;
	return NULL;
}

/* Removes the first word from WORDS, and returns it; empty if WORDS has no word. */
static struct subunit2_view
format_next_word(const char **words)
{
	*words += strspn(*words, " ");
	struct subunit2_view word = {*words, strcspn(*words, " ")};
	*words += word.len;
	return word;
}

static bool
format_has_ending(const struct format *format, struct subunit2_view path)
{
	const char *endings = format->endings ? format->endings : "";
	struct subunit2_view ending;
	while ((ending = format_next_word(&endings)).len > 0)
		if (subunit2_view_ends(path, ending))
			return true;
	return false;
}

const struct format *
format_of_path(const char *path)
{
	struct subunit2_view name = subunit2_view_of(path);
	struct subunit2_view gz = SUBUNIT2_LITERAL(".gz");
	if (subunit2_view_ends(name, gz))
		name.len -= gz.len;
	for (const struct format *format = formats; format->name; format++)
		if (format_has_ending(format, name))
			return format;
	return NULL;
}

struct format_found
format_find(const struct detect_head *head)
{
	struct format_found found = {NULL, detect_at(DETECT_NONE)};
	if (head->bytes.len == 0)
		return found;
	for (const struct format *format = formats; format->name && found.sign.at > 0; format++) {
		struct detect_result sign = detect_at(DETECT_NONE);
		if (format->recognise)
			sign = format->recognise(head);
		if (sign.at < found.sign.at) {
			found.format = format;
			found.sign.at = sign.at;
		}
		if (sign.promise < found.sign.promise)
			found.sign.promise = sign.promise;
		found.sign.holds |= sign.holds;
	}
	return found;
}

const struct format *
format_certain(struct subunit2_view head)
{
	struct subunit2_event event;
	struct subunit2_decoded first = subunit2_packet_decode(head.data, head.len, &event);
	return first.outcome == SUBUNIT2_PACKET_WHOLE ? format_of_text() : NULL;
}

const struct format *
format_of_text(void)
{
	return format_named(SUBUNIT2_LITERAL("subunit"));
}

const char *
format_nearest(struct subunit2_view name, bool read, bool written)
{
	struct suggest suggest;
	char *word = memory_copy_len(name.data, name.len);
	suggest_init(&suggest, word);
	for (const struct format *format = formats; format->name; format++)
		if ((read && format->in) || (written && format->out))
			suggest_try(&suggest, format->name);
	free(word);
	return suggest.nearest;
}

char *
format_refusal(struct subunit2_view name, bool written)
{
	if (format_named(name))
		return memory_copy(written ? "this format is only read"
		                           : "this format is only written");
	const char *nearest = format_nearest(name, !written, written);
	if (nearest)
		return memory_format("no such format; did you mean %s?", nearest);
	struct buffer list = {0};
	for (const struct format *format = formats; format->name; format++) {
		if (!(written ? format->out != NULL : format->in != NULL))
			continue;
		if (list.len > 0)
			buffer_add(&list, SUBUNIT2_LITERAL(", "));
		buffer_add(&list, subunit2_view_of(format->name));
	}
	char *refusal = memory_format("no such format: %.*s", (int)list.len, list.data);
	buffer_clear(&list);
	return refusal;
}
