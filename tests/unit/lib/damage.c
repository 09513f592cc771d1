/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Damaged streams: packets are flipped, cut short and torn apart, with text in
 * between, and the maker remembers what stayed whole. All of that is found,
 * text is not reported as damage, and no byte is lost.
 */
#include "check.h"
#include "stream_maker.h"

#include <subunit2/reader.h>

#include <stdio.h>

enum fate {
	TEXT,
	WHOLE,
	FLIPPED, /* a packet but for a bit of its CRC */
	RUINED,  /* anything else */
};

struct element {
	enum fate fate;
	size_t start, end;
};

#define ELEMENTS 400

struct damaged {
	struct maker maker;
	struct element elements[ELEMENTS];
	size_t count;
};

static const char *const latin1[] = {"5 m\xb3 of gas\n", "\xb3 at the start\n", "caf\xe9 ", "\xb3"};
static const char *const cp437[] = {
	"\xda\xc4\xc4\xc4\xc4\xc2\xc4\xc4\xc4\xc4\xbf\r\n",
	"\xb3name\xb3size\xb3\r\n",
	"\xb3 lib\xb3 12 \xb3\r\n",
	"\xb3    \xb3    \xb3\r\n",
};
static const char *const utf8[] = {"\xe3\xb3\x8a", "m\xc2\xb3 1a", "operaci\xc3\xb3n 2\n",
                                   "\xe2\x94\x82 a\n"};

/* A binary's bytes. Where a line begins they might look like a packet once, and
 * no reader could tell the difference. */
static void
add_binary(struct maker *maker)
{
	maker_add_string(maker, "\x7f");
	for (uint32_t i = maker_random(maker, 300); i > 0; i--) {
		uint8_t byte = (uint8_t)maker_random(maker, 256);
		maker_add(maker, &byte, byte != '\n');
	}
}

static void
add_text(struct maker *maker)
{
	switch (maker_random(maker, 5)) {
	case 0:
		maker_add_string(maker, latin1[maker_random(maker, 4)]);
		break;
	case 1:
		maker_add_string(maker, cp437[maker_random(maker, 4)]);
		break;
	case 2:
		maker_add_string(maker, utf8[maker_random(maker, 4)]);
		break;
	case 3:
		maker_add_string(maker, maker_random(maker, 2) ? "cc -c a.c\n" : "working... ");
		break;
	case 4:
		add_binary(maker);
		break;
	}
}

static void
add_element(struct damaged *damaged, enum fate fate, size_t start)
{
	damaged->elements[damaged->count++] = (struct element){fate, start, damaged->maker.len};
}

static void
flip(struct maker *maker, size_t from, size_t to)
{
	maker->data[from + maker_random(maker, (uint32_t)(to - from))] ^=
		(uint8_t)(1u << maker_random(maker, 8));
}

/* A packet with another one in its middle, as two writers make it. */
static void
add_torn(struct damaged *damaged)
{
	struct maker *maker = &damaged->maker;
	struct maker outer = {.seed = maker->seed};
	maker_add_packet(&outer, 600);
	maker->seed = outer.seed;
	/* A single byte torn off could be the signature that follows. */
	size_t start = maker->len, cut = 1 + maker_random(maker, (uint32_t)outer.len - 2);
	maker_add(maker, outer.data, cut);
	add_element(damaged, RUINED, start);
	size_t inner = maker->len;
	maker_add_packet(maker, 600);
	add_element(damaged, WHOLE, inner);
	size_t rest = maker->len;
	maker_add(maker, outer.data + cut, outer.len - cut);
	add_element(damaged, RUINED, rest);
	maker_free(&outer);
}

static void
add_any(struct damaged *damaged)
{
	struct maker *maker = &damaged->maker;
	size_t start = maker->len;
	uint32_t kind = maker_random(maker, 10);
	if (kind < 3) {
		add_text(maker);
		add_element(damaged, TEXT, start);
		return;
	}
	if (kind == 3) {
		add_torn(damaged);
		return;
	}
	maker_add_packet(maker, 600);
	size_t end = maker->len;
	switch (kind) {
	case 4:
		flip(maker, end - 4, end);
		add_element(damaged, FLIPPED, start);
		break;
	case 5:
		/* A signature that is gone makes text of the packet. */
		maker->data[start] ^= 1;
		add_element(damaged, RUINED, start);
		break;
	case 6:
		maker->len -= 2 + maker_random(maker, (uint32_t)(end - start - 2));
		add_element(damaged, RUINED, start);
		break;
	case 7:
		flip(maker, start + 1, start + 6);
		add_element(damaged, RUINED, start);
		break;
	default:
		add_element(damaged, WHOLE, start);
	}
}

/* The kind of each byte for the reader: t, p, d; P and D where one begins. */
struct found {
	const uint8_t *input;
	char *kinds;
	size_t len;
	bool lost; /* a byte did not come out, or another one did */
};

static void
found_add(struct found *found, struct subunit2_view bytes, char first, char rest)
{
	found->lost |= memcmp(found->input + found->len, bytes.data, bytes.len) != 0;
	if (!bytes.len)
		return;
	memset(found->kinds + found->len, rest, bytes.len);
	found->kinds[found->len] = first;
	found->len += bytes.len;
}

static enum subunit2_result
found_packet(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	(void)error;
	found_add(context, event->packet, 'P', 'p');
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
found_text(void *context, struct subunit2_view text, struct subunit2_error *error)
{
	(void)error;
	found_add(context, text, 't', 't');
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
found_damage(void *context, const struct subunit2_damage *damage, struct subunit2_error *error)
{
	(void)error;
	found_add(context, damage->piece, damage->first ? 'D' : 'd', 'd');
	return SUBUNIT2_E_OK;
}

static struct found
read_damaged(const struct maker *maker, size_t piece)
{
	const struct subunit2_reader_handler handler = {sizeof(handler), found_packet, found_text,
	                                                found_damage};
	struct found found = {.input = maker->data, .kinds = malloc(maker->len + 1)};
	struct subunit2_reader *reader = subunit2_reader_new(&handler, &found, 0);
	if (!found.kinds || !reader)
		abort();
	for (size_t at = 0; at < maker->len; at += piece) {
		size_t len = piece < maker->len - at ? piece : maker->len - at;
		subunit2_reader_feed(reader, maker->data + at, len, 0, NULL);
	}
	subunit2_reader_finish(reader, NULL);
	subunit2_reader_free(reader);
	return found;
}

struct score {
	size_t whole, whole_missed, invented;
	size_t text_bytes, text_as_damage;
	size_t flipped, flipped_as_text;
	size_t streams_with_loss;
};

/*
 * Count the bytes of the text ELEMENT, and those at which a damaged stretch begins. A stretch may
 * begin in text in two places: where the stretch of a broken packet before it ends, and directly
 * after a packet, where a signature byte is never text.
 */
static void
judge_text(const struct element *element, const struct found *found, struct score *score)
{
	for (size_t at = element->start; at < element->end; at++) {
		char before = at > 0 ? found->kinds[at - 1] : 't';
		bool after_damage = before == 'd' || before == 'D';
		bool after_packet =
			(before == 'p' || before == 'P') && found->input[at] == SUBUNIT2_SIGNATURE;
		score->text_as_damage += found->kinds[at] == 'D' && !after_damage && !after_packet;
	}
	score->text_bytes += element->end - element->start;
}

static void
judge(const struct damaged *damaged, const struct found *found, struct score *score)
{
	size_t packets = 0, whole = 0;
	for (size_t i = 0; i < damaged->count; i++) {
		const struct element *element = &damaged->elements[i];
		char kind = found->kinds[element->start];
		if (element->fate == TEXT)
			judge_text(element, found, score);
		if (element->fate == WHOLE) {
			whole++;
			score->whole_missed += kind != 'P';
		}
		/* After a packet it is at a legal place. */
		if (element->fate == FLIPPED && i && damaged->elements[i - 1].fate == WHOLE) {
			score->flipped++;
			score->flipped_as_text += kind != 'D';
		}
	}
	for (size_t at = 0; at < found->len; at++)
		packets += found->kinds[at] == 'P';
	score->whole += whole;
	score->invented += packets > whole ? packets - whole : 0;
	score->streams_with_loss += found->lost || found->len != damaged->maker.len;
}

int
main(void)
{
	static struct damaged damaged = {.maker.seed = 5};
	struct score score = {0};
	for (unsigned round = 0; round < 600; round++) {
		static const size_t pieces[] = {SIZE_MAX / 2, 4096, 100, 7};
		damaged.count = 0;
		maker_clear(&damaged.maker);
		for (unsigned i = 0; i < 100; i++)
			add_any(&damaged);
		maker_add_string(&damaged.maker, "done\n");
		struct found found = read_damaged(&damaged.maker, pieces[round % 4]);
		judge(&damaged, &found, &score);
		free(found.kinds);
	}
	maker_free(&damaged.maker);
	printf("# %zu packets stayed whole, %zu broken ones after a whole one, %zu bytes of "
	       "text\n",
	       score.whole, score.flipped, score.text_bytes);
	CHECK(score.whole > 10000 && score.flipped > 1000 && score.text_bytes > 300000);
	CHECK_NAMED("all whole packets are found", score.whole_missed == 0);
	CHECK_NAMED("and no others", score.invented == 0);
	CHECK_NAMED("broken ones are damage", score.flipped_as_text == 0);
	CHECK_NAMED("text is not called damage", score.text_as_damage == 0);
	CHECK_NAMED("no byte is lost", score.streams_with_loss == 0);
	return check_done();
}
