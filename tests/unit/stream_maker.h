/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Random streams for the reader's tests: packets amid text, and what damages
 * them. The same seed makes the same stream.
 */
#ifndef STREAM_MAKER_H
#define STREAM_MAKER_H

#include "random_draw.h"

#include <subunit2/packet.h>

#include <libdeflate.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct maker {
	uint64_t seed;
	uint8_t *data;
	size_t len, size;
};

static inline uint32_t
maker_random(struct maker *maker, uint32_t below)
{
	return random_draw(&maker->seed, below);
}

static inline void
maker_add(struct maker *maker, const void *data, size_t len)
{
	if (maker->len + len > maker->size) {
		maker->size = (maker->len + len) * 2;
		maker->data = realloc(maker->data, maker->size);
		if (!maker->data)
			abort();
	}
	memcpy(maker->data + maker->len, data, len);
	maker->len += len;
}

static inline void
maker_add_string(struct maker *maker, const char *string)
{
	maker_add(maker, string, strlen(string));
}

static inline void
maker_add_event(struct maker *maker, const struct subunit2_event *event)
{
	size_t len;
	if (subunit2_packet_encode(event, NULL, 0, &len, NULL))
		abort();
	uint8_t *packet = malloc(len);
	if (!packet || subunit2_packet_encode(event, packet, len, &len, NULL))
		abort();
	maker_add(maker, packet, len);
	free(packet);
}

/* A packet with a random id, and now and then a file of up to FILE_MAX bytes. */
static inline void
maker_add_packet(struct maker *maker, uint32_t file_max)
{
	static const char ids[] = "abcdefghij\xc3\xb3\xc3\xb3";
	struct subunit2_event event = {
		.test_id = {ids, maker_random(maker, 10)},
		.status = (enum subunit2_status)maker_random(maker, 8),
		.runnable = maker_random(maker, 2),
	};
	uint8_t *file = NULL;
	if (maker_random(maker, 3) == 0) {
		event.has_timestamp = true;
		event.timestamp.sec = maker_random(maker, 2000000000);
	}
	if (file_max && maker_random(maker, 3) == 0) {
		size_t len = maker_random(maker, file_max);
		file = malloc(len + 1);
		if (!file)
			abort();
		for (size_t i = 0; i < len; i++)
			file[i] = maker_random(maker, 9) ? (uint8_t)maker_random(maker, 256) : 0xb3;
		event.file_name = SUBUNIT2_LITERAL("f");
		event.file_bytes = (struct subunit2_view){(char *)file, len};
	}
	maker_add_event(maker, &event);
	free(file);
}

/* A packet of LEN bytes (less than 64) whose CRC holds and whose fields do not. */
static inline void
maker_add_bad(struct maker *maker, uint8_t len)
{
	uint8_t packet[64] = {0xb3, 0x29, 0x03, len, 0x3f};
	uint32_t crc = libdeflate_crc32(0, packet, len - 4u);
	for (unsigned i = 0; i < 4; i++)
		packet[len - 4 + i] = (uint8_t)(crc >> (24 - 8 * i));
	maker_add(maker, packet, len);
}

/* A header that claims up to CLAIM bytes, and nothing after it. */
static inline void
maker_add_header(struct maker *maker, uint32_t claim)
{
	static const uint8_t flags[][2] = {{0x29, 0x03}, {0x2b, 0x03}, {0x20, 0x60}, {0x20, 0x00}};
	uint32_t len = 8 + maker_random(maker, claim);
	uint8_t header[6] = {0xb3,        0, 0, 0x80 | (uint8_t)(len >> 16), (uint8_t)(len >> 8),
	                     (uint8_t)len};
	memcpy(header + 1, flags[maker_random(maker, 4)], 2);
	maker_add(maker, header, 6 - maker_random(maker, 3) % 2 * maker_random(maker, 6));
}

static inline void
maker_damage(struct maker *maker, size_t from)
{
	size_t len = maker->len - from;
	switch (len ? maker_random(maker, 3) : 3) {
	case 0:
		maker->data[from + maker_random(maker, (uint32_t)len)] ^=
			(uint8_t)(1u << maker_random(maker, 8));
		break;
	case 1:
		maker->len -= 1 + maker_random(maker, (uint32_t)len);
		break;
	case 2:
		maker->data[from + maker_random(maker, (uint32_t)len)] = 0xb3;
		break;
	}
}

/* A stream of up to PIECES pieces of every kind; claims and files up to LARGE bytes. */
static inline void
maker_add_stream(struct maker *maker, uint32_t pieces, uint32_t large)
{
	static const char *const texts[] = {
		"\n",
		"a line\n",
		"no newline",
		"5 m\xb3 of\n",
		"\xe3\xb3\x8a",
		"\xc3\xb3 la",
		"\xb3",
		"\n\xb3",
		"\xb3\x20\x20\x20",
		"\n\xb3 box \xb3 box \xb3\n",
		"\xb3 1",
	};
	for (uint32_t i = maker_random(maker, pieces + 1); i > 0; i--) {
		size_t from = maker->len;
		switch (maker_random(maker, 8)) {
		case 0:
		case 1:
		case 2:
			maker_add_packet(maker, large);
			break;
		case 3:
		case 4:
			maker_add_string(
				maker, texts[maker_random(maker, sizeof(texts) / sizeof(*texts))]);
			break;
		case 5:
			maker_add_header(maker, maker_random(maker, 2) ? 40 : large);
			break;
		case 6:
			maker_add_bad(maker, (uint8_t)(12 + maker_random(maker, 20)));
			break;
		case 7:
			maker_add_packet(maker, large);
			maker_damage(maker, from);
			break;
		}
	}
}

static inline void
maker_clear(struct maker *maker)
{
	maker->len = 0;
}

static inline void
maker_free(struct maker *maker)
{
	free(maker->data);
}

#endif
