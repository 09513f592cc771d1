/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A record of the calls of a reader: one line a packet, one a stretch of text
 * (pieces joined), one a damaged stretch (pieces joined), bytes in hex. Two
 * readings are the same when their lines are.
 */
#ifndef READING_H
#define READING_H

#include <subunit2/reader.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	char *lines;
	size_t len;
	FILE *stream;
	bool in_text;
	bool in_damage;              /* between a first and a last piece */
	bool broken;                 /* pieces came in an impossible order */
	size_t text, damage, packet; /* bytes */
	size_t packets, stretches;   /* how many */
};

static inline void
reading_hex(struct reading *reading, struct subunit2_view bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		fprintf(reading->stream, "%02x", (unsigned char)bytes.data[i]);
}

static inline void
reading_line(struct reading *reading, const char *kind)
{
	reading->broken |= reading->in_damage;
	reading->in_text = false;
	fprintf(reading->stream, "\n%s ", kind);
}

static inline enum subunit2_result
reading_text(void *context, struct subunit2_view text, struct subunit2_error *error)
{
	struct reading *reading = context;
	(void)error;
	if (!reading->in_text)
		reading_line(reading, "text");
	reading->broken |= !text.len || reading->in_damage;
	reading->in_text = true;
	reading->text += text.len;
	reading_hex(reading, text);
	return SUBUNIT2_E_OK;
}

static inline enum subunit2_result
reading_packet(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	struct reading *reading = context;
	(void)error;
	reading_line(reading, "packet");
	reading->packets++;
	reading->packet += event->packet.len;
	reading_hex(reading, event->packet);
	return SUBUNIT2_E_OK;
}

static inline enum subunit2_result
reading_damage(void *context, const struct subunit2_damage *damage, struct subunit2_error *error)
{
	struct reading *reading = context;
	(void)error;
	reading->broken |= damage->first == reading->in_damage;
	reading->broken |= damage->last != (damage->reason != NULL);
	reading->in_damage = false;
	if (damage->first) {
		reading_line(reading, "damage");
		fprintf(reading->stream, "at %llu ", (unsigned long long)damage->offset);
		reading->stretches++;
	}
	reading->in_damage = !damage->last;
	reading->damage += damage->piece.len;
	reading_hex(reading, damage->piece);
	if (damage->last)
		fprintf(reading->stream, " %s at %llu", damage->reason,
		        (unsigned long long)damage->reason_offset);
	return SUBUNIT2_E_OK;
}

static inline void
reading_begin(struct reading *reading)
{
	*reading = (struct reading){0};
	reading->stream = open_memstream(&reading->lines, &reading->len);
	if (!reading->stream)
		abort();
}

/* Returns the record so far as a string. */
static inline const char *
reading_lines(struct reading *reading)
{
	fflush(reading->stream);
	return reading->lines;
}

static inline void
reading_end(struct reading *reading)
{
	fclose(reading->stream);
	free(reading->lines);
}

static inline struct subunit2_reader *
reading_reader(struct reading *reading, unsigned flags)
{
	struct subunit2_reader_handler handler = {sizeof(handler), reading_packet, reading_text,
	                                          reading_damage};
	struct subunit2_reader *reader = subunit2_reader_new(&handler, reading, flags);
	if (!reader)
		abort();
	return reader;
}

/* Feeds DATA in pieces, each of PIECE(context) bytes. */
static inline void
reading_feed(struct subunit2_reader *reader, const uint8_t *data, size_t len,
             size_t (*piece)(void *context), void *context)
{
	for (size_t at = 0; at < len;) {
		size_t size = piece(context);
		if (size > len - at)
			size = len - at;
		/* A copy of its own size lets the sanitizers see a read beyond it. */
		uint8_t *copy = malloc(size + !size);
		if (!copy)
			abort();
		memcpy(copy, data + at, size);
		if (subunit2_reader_feed(reader, copy, size, 0, NULL))
			abort();
		free(copy);
		at += size;
	}
	if (subunit2_reader_finish(reader, NULL))
		abort();
}

#endif
