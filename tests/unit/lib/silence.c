/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The reader with silence at every place of the input: released text may turn out to be the start
 * of a packet, but no byte is lost and no other byte is reported twice.
 */
#include "check.h"
#include "stream_maker.h"

#include <subunit2/reader.h>

struct retold {
	const uint8_t *input;
	size_t len; /* of the input available so far; later bytes may not be reported yet */
	size_t at;  /* all bytes before were reported */
	size_t packets;
	bool wrong;
};

/* Check that BYTES are those of the input at START. */
static void
record(struct retold *retold, size_t start, struct subunit2_view bytes)
{
	if (start > retold->at || start + bytes.len > retold->len ||
	    memcmp(retold->input + start, bytes.data, bytes.len) != 0)
		retold->wrong = true;
	if (start + bytes.len > retold->at)
		retold->at = start + bytes.len;
}

static enum subunit2_result
record_text(void *context, struct subunit2_view text, struct subunit2_error *error)
{
	struct retold *retold = context;
	(void)error;
	record(retold, retold->at, text);
	return SUBUNIT2_E_OK;
}

/* Some of its first bytes may have been reported as text. */
static enum subunit2_result
record_packet(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	struct retold *retold = context;
	size_t start = retold->at;
	(void)error;
	while (start > 0 && (start + event->packet.len > retold->len ||
	                     memcmp(retold->input + start, event->packet.data, event->packet.len)))
		start--;
	record(retold, start, event->packet);
	retold->packets++;
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
record_damage(void *context, const struct subunit2_damage *damage, struct subunit2_error *error)
{
	struct retold *retold = context;
	size_t start = retold->at;
	(void)error;
	/* Damage with a matching CRC is reported as a whole, as a packet is. */
	if (start + damage->piece.len > retold->len ||
	    memcmp(retold->input + start, damage->piece.data, damage->piece.len) != 0)
		start = damage->offset;
	record(retold, start, damage->piece);
	return SUBUNIT2_E_OK;
}

static bool
read_with_silence(struct maker *maker, bool declared, size_t *packets)
{
	const struct subunit2_reader_handler handler = {sizeof(handler), record_packet, record_text,
	                                                record_damage};
	struct retold retold = {.input = maker->data};
	struct subunit2_reader *reader =
		subunit2_reader_new(&handler, &retold, declared ? SUBUNIT2_READER_DECLARED : 0);
	int64_t now_ms = 0;
	if (!reader)
		abort();
	while (retold.len < maker->len) {
		size_t piece = 1 + maker_random(maker, maker_random(maker, 2) ? 10 : 300);
		if (piece > maker->len - retold.len)
			piece = maker->len - retold.len;
		now_ms += maker_random(maker, 3) * 600;
		subunit2_reader_tick(reader, now_ms, NULL);
		retold.len += piece;
		subunit2_reader_feed(reader, maker->data + retold.len - piece, piece, now_ms, NULL);
	}
	subunit2_reader_finish(reader, NULL);
	subunit2_reader_free(reader);
	*packets += retold.packets;
	return !retold.wrong && retold.at == maker->len;
}

int
main(void)
{
	struct maker maker = {.seed = 9};
	unsigned wrong = 0;
	size_t packets = 0;
	for (unsigned i = 0; i < 3000; i++) {
		maker_clear(&maker);
		maker_add_stream(&maker, 20, i % 10 ? 40 : 2000);
		wrong += !read_with_silence(&maker, i % 2, &packets);
	}
	CHECK(wrong == 0);
	CHECK(packets > 10000);
	maker_free(&maker);
	return check_done();
}
