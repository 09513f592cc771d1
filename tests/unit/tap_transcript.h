/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The output of the TAP consumer for an input, as lines: its events, the text
 * between them, and the verdict.
 */
#ifndef TAP_TRANSCRIPT_H
#define TAP_TRANSCRIPT_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <subunit2/tags.h>
#include <tap/events.h>

struct tap_transcript {
	struct subunit2_sink sink;
	FILE *out;
	char *lines; /* the result; free() it */
	size_t len;
	bool in_text;
	struct subunit2_time now;
};

static inline void
tap_transcript_quote(FILE *out, struct subunit2_view bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char c = (unsigned char)bytes.data[i];
		if (c == '\n')
			fputs("\\n", out);
		else if (c < ' ' || c == 0x7f)
			fprintf(out, "\\x%02x", c);
		else
			putc(c, out);
	}
}

static inline void
tap_transcript_end_text(struct tap_transcript *transcript)
{
	if (transcript->in_text)
		putc('\n', transcript->out);
	transcript->in_text = false;
}

static inline enum subunit2_result
tap_transcript_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                     struct subunit2_error *error)
{
	(void)error;
	struct tap_transcript *transcript = (struct tap_transcript *)sink;
	FILE *out = transcript->out;
	tap_transcript_end_text(transcript);
	fputs(event->status ? subunit2_status_name(event->status) : "file", out);
	fprintf(out, " %.*s", (int)event->test_id.len, event->test_id.data);
	struct subunit2_tags rest = event->tags;
	struct subunit2_view tag;
	while (subunit2_tags_next(&rest, &tag))
		fprintf(out, " +%.*s", (int)tag.len, tag.data);
	if (event->has_timestamp && subunit2_time_compare(event->timestamp, transcript->now) != 0)
		fprintf(out, " %+.6fs",
		        (double)subunit2_time_since(event->timestamp, transcript->now) / 1e9);
	if (event->file_name.data) {
		fprintf(out, " %.*s%s: ", (int)event->file_name.len, event->file_name.data,
		        event->eof ? "" : " (piece)");
		tap_transcript_quote(out, event->file_bytes);
	}
	putc('\n', out);
	return SUBUNIT2_E_OK;
}

static inline enum subunit2_result
tap_transcript_text(void *context, struct subunit2_view bytes, int64_t now_ms,
                    struct subunit2_error *error)
{
	(void)now_ms, (void)error;
	struct tap_transcript *transcript = context;
	if (!transcript->in_text)
		fputs("text ", transcript->out);
	transcript->in_text = true;
	tap_transcript_quote(transcript->out, bytes);
	return SUBUNIT2_E_OK;
}

static inline struct subunit2_time
tap_transcript_clock(void *context)
{
	return ((struct tap_transcript *)context)->now;
}

/* OPTIONS without clock, text and context, which are the transcript's. */
static inline struct tap_events *
tap_transcript_begin_with(struct tap_transcript *transcript, struct tap_options options)
{
	*transcript =
		(struct tap_transcript){.sink = {.event = tap_transcript_event}, .now = {1000, 0}};
	transcript->out = open_memstream(&transcript->lines, &transcript->len);
	options.clock = tap_transcript_clock;
	options.text = tap_transcript_text;
	options.context = transcript;
	return tap_events_new(&options, &transcript->sink);
}

static inline struct tap_events *
tap_transcript_begin_as(struct tap_transcript *transcript, const char *script, bool forced,
                        bool strict)
{
	return tap_transcript_begin_with(transcript, (struct tap_options){
							     .script = subunit2_view_of(script),
							     .strict = strict,
							     .forced = forced,
						     });
}

static inline struct tap_events *
tap_transcript_begin(struct tap_transcript *transcript, bool forced, bool strict)
{
	return tap_transcript_begin_as(transcript, "t", forced, strict);
}

/* Ends the input and adds the verdict; releases TAP. */
static inline char *
tap_transcript_finish(struct tap_transcript *transcript, struct tap_events *tap)
{
	if (tap_events_finish(tap, NULL) != SUBUNIT2_E_OK)
		abort();
	tap_transcript_end_text(transcript);
	const struct tap_verdict *verdict = tap_events_verdict(tap);
	fputs("verdict", transcript->out);
	if (!verdict->seen)
		fputs(" unseen", transcript->out);
	fputs(verdict->failed    ? " failed"
	      : verdict->skipped ? " skipped"
	                         : " good",
	      transcript->out);
	if (verdict->bailed_out)
		fputs(" bailed-out", transcript->out);
	fprintf(transcript->out,
	        " passed=%" PRIu64 " failed=%" PRIu64 " skipped=%" PRIu64 " todo=%" PRIu64
	        " todo-passed=%" PRIu64,
	        verdict->passed, verdict->failed_count, verdict->skipped_count, verdict->todo,
	        verdict->todo_passed);
	if (verdict->reason.len)
		fprintf(transcript->out, ": %.*s", (int)verdict->reason.len, verdict->reason.data);
	putc('\n', transcript->out);
	fclose(transcript->out);
	tap_events_free(tap);
	return transcript->lines;
}

/* The transcript of INPUT, fed in pieces of the length that PIECE gives next. */
static inline char *
tap_transcript_with(struct subunit2_view input, struct tap_options options,
                    size_t (*piece)(void *context), void *context)
{
	struct tap_transcript transcript;
	struct tap_events *tap = tap_transcript_begin_with(&transcript, options);
	while (input.len > 0) {
		size_t len = piece ? piece(context) : input.len;
		if (len > input.len)
			len = input.len;
		/* A copy of its own, so that sanitizers see what is read beyond it. */
		char *copy = malloc(len);
		memcpy(copy, input.data, len);
		if (tap_events_feed(tap, (struct subunit2_view){copy, len}, 0, NULL) !=
		    SUBUNIT2_E_OK)
			abort();
		free(copy);
		input.data += len;
		input.len -= len;
	}
	return tap_transcript_finish(&transcript, tap);
}

/* The same of the script "t". */
static inline char *
tap_transcript_of(struct subunit2_view input, bool forced, bool strict,
                  size_t (*piece)(void *context), void *context)
{
	return tap_transcript_with(input,
	                           (struct tap_options){
					   .script = SUBUNIT2_LITERAL("t"),
					   .strict = strict,
					   .forced = forced,
				   },
	                           piece, context);
}

/* Remove the lines of text from TRANSCRIPT. */
static inline void
tap_transcript_drop_text(char *transcript)
{
	char *to = transcript;
	while (*transcript) {
		size_t len = strcspn(transcript, "\n") + 1;
		if (strncmp(transcript, "text ", strlen("text ")) != 0) {
			memmove(to, transcript, len);
			to += len;
		}
		transcript += len;
	}
	*to = '\0';
}

#endif
