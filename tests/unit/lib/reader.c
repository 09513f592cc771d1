/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Compares the reader with a simple one that has all of the input at once. */
#include "reader.h"
#include "check.h"
#include "decode.h"
#include "number.h"
#include "reading.h"
#include "stream_maker.h"

/*
 * The required output of the reader, computed from the rules without regard to speed: the whole
 * input is available, each place is checked for the start of a packet, and every CRC is computed
 * from the start of its packet.
 */
struct oracle {
	struct reading reading;
	const uint8_t *data;
	size_t len;
	bool expected; /* packets are expected */
	bool *legal;   /* the legal places */
	size_t after;  /* the place after the last packet; SIZE_MAX: no packet */
	size_t damage_start, damage_end;
	char reason[128];
};

static void
oracle_byte(struct oracle *oracle, size_t at)
{
	struct subunit2_view byte = {(const char *)oracle->data + at, 1};
	if (at >= oracle->damage_start && at < oracle->damage_end) {
		reading_hex(&oracle->reading, byte);
		oracle->reading.damage++;
	} else {
		reading_text(&oracle->reading, byte, NULL);
	}
	if (oracle->data[at] == '\n')
		oracle->legal[at + 1] = true;
	if (at + 1 == oracle->damage_end) {
		fputs(oracle->reason, oracle->reading.stream);
		oracle->legal[at + 1] = true;
	}
}

static void
oracle_damage(struct oracle *oracle, size_t start, size_t end, const char *reason, size_t where)
{
	reading_line(&oracle->reading, "damage");
	fprintf(oracle->reading.stream, "at %zu ", start);
	oracle->reading.stretches++;
	oracle->damage_start = start;
	oracle->damage_end = end < oracle->len ? end : oracle->len;
	snprintf(oracle->reason, sizeof(oracle->reason), " %s at %zu", reason, where);
}

static void
oracle_end_damage(struct oracle *oracle, size_t at)
{
	if (at >= oracle->damage_end)
		return;
	fputs(oracle->reason, oracle->reading.stream);
	oracle->damage_end = at;
}

/* Return the length of the reported packet with a matching CRC at AT, else 0. */
static size_t
oracle_proved(struct oracle *oracle, size_t at)
{
	struct subunit2_event event;
	struct subunit2_decoded decoded =
		subunit2_packet_decode(oracle->data + at, oracle->len - at, &event);
	if (decoded.outcome != SUBUNIT2_PACKET_WHOLE && decoded.outcome != SUBUNIT2_PACKET_BAD)
		return 0;
	oracle_end_damage(oracle, at);
	if (decoded.outcome == SUBUNIT2_PACKET_WHOLE) {
		oracle->expected = true;
		reading_packet(&oracle->reading, &event, NULL);
	} else {
		oracle_damage(oracle, at, at + decoded.len, decoded.error,
		              at + decoded.error_offset);
		for (size_t i = at; i < at + decoded.len; i++)
			oracle_byte(oracle, i);
	}
	oracle->legal[at + decoded.len] = true;
	oracle->after = at + decoded.len;
	return decoded.len;
}

/* Handle a signature byte without a valid header directly after a packet: it was a packet once. */
static void
oracle_broken_header(struct oracle *oracle, size_t at)
{
	struct header header;
	const char *why = NULL;
	size_t left = oracle->len - at, where = 0;
	uint32_t len = 0;
	if (left < HEADER_MAX) {
		oracle_damage(oracle, at, oracle->len, "cut short by the end of the input",
		              oracle->len);
		return;
	}
	header_read(oracle->data + at, left, &header, &why, &where);
	if (oracle->data[at + 3] >> 6 == 3 || !number_read(oracle->data + at + 3, left - 3, &len) ||
	    len < SUBUNIT2_PACKET_MIN)
		len = SUBUNIT2_PACKET_MIN;
	oracle_damage(oracle, at, at + len, why, at + where);
}

/* Handle a packet directly after a packet, of which one bit of the signature was changed. */
static void
oracle_damaged_signature(struct oracle *oracle, size_t at)
{
	uint8_t bits = oracle->data[at] ^ SUBUNIT2_SIGNATURE, packet[512];
	struct subunit2_event event;
	size_t left = oracle->len - at, len = left < sizeof(packet) ? left : sizeof(packet);
	if (!bits || bits & (bits - 1))
		return;
	memcpy(packet, oracle->data + at, len);
	packet[0] = SUBUNIT2_SIGNATURE;
	struct subunit2_decoded decoded = subunit2_packet_decode(packet, len, &event);
	if (decoded.outcome == SUBUNIT2_PACKET_WHOLE || decoded.outcome == SUBUNIT2_PACKET_BAD)
		oracle_damage(oracle, at, at + decoded.len, "no packet signature", at);
}

/* Handle a place without a packet, where a packet may have been. */
static void
oracle_failed(struct oracle *oracle, size_t at)
{
	struct header header = {0};
	size_t left = oracle->len - at;
	bool after = at == oracle->after && oracle->expected && at >= oracle->damage_end;
	if (after && oracle->data[at] != SUBUNIT2_SIGNATURE) {
		oracle_damaged_signature(oracle, at);
		return;
	}
	enum header_state state = header_read(oracle->data + at, left, &header, NULL, NULL);
	if (after && state == HEADER_NONE) {
		oracle_broken_header(oracle, at);
		return;
	}
	if (state == HEADER_NONE || !oracle->legal[at] || at < oracle->damage_end)
		return;
	if (!oracle->expected &&
	    (state != HEADER_WHOLE || !header_shows_test(&header, oracle->data + at, left)))
		return;
	if (state == HEADER_WHOLE && !after && !header_fits(&header, oracle->data + at, left, true))
		return;
	if (state == HEADER_NEED_MORE || header.len > left)
		oracle_damage(oracle, at, oracle->len, "cut short by the end of the input",
		              oracle->len);
	else
		oracle_damage(oracle, at, at + header.len, "the CRC does not match",
		              at + header.len - CRC_LEN);
}

static void
oracle_read(struct oracle *oracle, const uint8_t *data, size_t len, bool declared)
{
	*oracle =
		(struct oracle){.data = data, .len = len, .expected = declared, .after = SIZE_MAX};
	reading_begin(&oracle->reading);
	oracle->legal = calloc(len + 1, sizeof(bool));
	if (!oracle->legal)
		abort();
	oracle->legal[0] = true;
	for (size_t at = 0; at < len;) {
		size_t packet = oracle_proved(oracle, at);
		if (packet) {
			at += packet;
			continue;
		}
		oracle_failed(oracle, at);
		oracle_byte(oracle, at++);
	}
}

static void
oracle_free(struct oracle *oracle)
{
	free(oracle->legal);
	reading_end(&oracle->reading);
}

static size_t
any_piece(void *context)
{
	struct maker *maker = context;
	switch (maker_random(maker, 4)) {
	case 0:
		return 1;
	case 1:
		return maker_random(maker, 8);
	case 2:
		return maker_random(maker, 100);
	default:
		return maker_random(maker, 4000);
	}
}

static size_t
any_byte(void *context)
{
	(void)context;
	return 1;
}

static size_t
everything(void *context)
{
	(void)context;
	return SIZE_MAX;
}

static bool
reads_as(struct oracle *oracle, size_t (*piece)(void *), struct maker *maker, bool declared)
{
	struct reading reading;
	reading_begin(&reading);
	struct subunit2_reader *reader = reading_reader(&reading, declared);
	reading_feed(reader, oracle->data, oracle->len, piece, maker);
	subunit2_reader_free(reader);
	bool same = !reading.broken &&
	            !strcmp(reading_lines(&reading), reading_lines(&oracle->reading)) &&
	            reading.text + reading.damage + reading.packet == oracle->len;
	if (!same)
		printf("# wanted:%s\n# got:%s\n", oracle->reading.lines, reading.lines);
	reading_end(&reading);
	return same;
}

/* Compare for ROUNDS streams, each read at once, byte by byte, and in random pieces. */
static unsigned
compare(unsigned rounds, uint32_t pieces, uint32_t large, size_t *packets, size_t *stretches)
{
	struct maker maker = {.seed = rounds};
	unsigned different = 0;
	for (unsigned i = 0; i < rounds && different < 3; i++) {
		struct oracle oracle;
		bool declared = i % 2;
		maker_clear(&maker);
		maker_add_stream(&maker, pieces, large);
		oracle_read(&oracle, maker.data, maker.len, declared);
		*packets += oracle.reading.packets;
		*stretches += oracle.reading.stretches;
		different += !reads_as(&oracle, everything, &maker, declared) ||
		             !reads_as(&oracle, any_byte, &maker, declared) ||
		             !reads_as(&oracle, any_piece, &maker, declared);
		oracle_free(&oracle);
	}
	maker_free(&maker);
	return different;
}

static void
check_against_oracle(void)
{
	size_t packets = 0, stretches = 0;
	unsigned rounds = check_rounds(3000);
	CHECK_NAMED("short streams", compare(rounds, 12, 40, &packets, &stretches) == 0);
	CHECK_NAMED("streams with long claims",
	            compare(rounds / 10, 30, 2500, &packets, &stretches) == 0);
	CHECK(packets > rounds);
	CHECK(stretches > rounds);
}

/* Return the lines for INPUT, fed at once. */
static bool
says(const char *input, size_t len, bool declared, const char *wanted)
{
	struct reading reading;
	reading_begin(&reading);
	struct subunit2_reader *reader = reading_reader(&reading, declared);
	reading_feed(reader, (const uint8_t *)input, len, everything, NULL);
	subunit2_reader_free(reader);
	bool same = !strcmp(reading_lines(&reading), wanted);
	if (!same)
		printf("# got:%s\n", reading.lines);
	reading_end(&reading);
	return same;
}

#define SAYS(input, declared, wanted) CHECK(says(input, sizeof(input) - 1, declared, wanted))

/* Test `foo`, runnable, exists. */
#define FOO "\xb3\x29\x01\x0c\x03\x66\x6f\x6f\x08\x55\x5f\x1b"
#define FOO_HEX "b329010c03666f6f08555f1b"
/* The same with another last byte. */
#define BROKEN "\xb3\x29\x01\x0c\x03\x66\x6f\x6f\x08\x55\x5f\x1c"
#define BROKEN_HEX "b329010c03666f6f08555f1c"
/* A packet with the file "x\n", a broken packet, and more; in two pieces. */
#define HOLDS_BROKEN_1 "\xb3\x20\x40\x1b\x01\x66\x10\x78\x0a" BROKEN
#define HOLDS_BROKEN_2 "\x7a\x7a\xfe\xeb\x24\x74"
#define HOLDS_BROKEN_HEX "b320401b016610780ab329010c03666f6f08555f1c7a7afeeb2474"
/* The CRC matches; the id exceeds the packet. */
#define BAD "\xb3\x29\x03\x0c\x3f\x00\x00\x00\x8c\x52\x05\x3a"
#define BAD_HEX "b329030c3f0000008c52053a"

/* A packet up to its CRC. */
#define BAR_SHOWN                                                                                  \
	"\xb3\x2b\x03\x13\x3c\x17\x54\xcf\x80\xaf\xc8\x03"                                         \
	"bar"
#define BAR_SHOWN_HEX "b32b03133c1754cf80afc803626172"

static void
check_rules(void)
{
	SAYS("", true, "");
	SAYS(FOO, false, "\npacket " FOO_HEX);
	SAYS("no newline" FOO FOO "x", false,
	     "\ntext 6e6f206e65776c696e65\npacket " FOO_HEX "\npacket " FOO_HEX "\ntext 78");
	SAYS("\xe3\xb3\x8a m\xb3\n", true, "\ntext e3b38a206db30a");

	/* Damage needs a legal place and an input in which packets are expected. */
	SAYS(BROKEN, false, "\ntext " BROKEN_HEX);
	SAYS(BROKEN, true, "\ndamage at 0 " BROKEN_HEX " the CRC does not match at 8");
	SAYS(FOO BROKEN, false,
	     "\npacket " FOO_HEX "\ndamage at 12 " BROKEN_HEX " the CRC does not match at 20");
	SAYS("x" BROKEN, true, "\ntext 78" BROKEN_HEX);
	SAYS("\n" BROKEN "y", true,
	     "\ntext 0a\ndamage at 1 " BROKEN_HEX " the CRC does not match at 9\ntext 79");
	/* Or a time and a whole test id, in fields that fit. */
	SAYS(BAR_SHOWN, false,
	     "\ndamage at 0 " BAR_SHOWN_HEX " cut short by the end of the input at 15");
	SAYS("\n" BAR_SHOWN "\x49\x96\x3e\x2c" FOO, false,
	     "\ntext 0a\ndamage at 1 " BAR_SHOWN_HEX
	     "49963e2c the CRC does not match at 16\npacket " FOO_HEX);
	SAYS("x" BAR_SHOWN, false, "\ntext 78" BAR_SHOWN_HEX);
	SAYS("\xb3\x2b\x03\x13\x3c\x17\x54\xcf\x80\xaf\xc8\x03"
	     "ba",
	     false, "\ntext b32b03133c1754cf80afc8036261");
	SAYS("\xb3\x2b\x03\x13\x3c\x17\x54\xcf\x80\xaf\xc8\x03"
	     "b\nr",
	     false, "\ntext b32b03133c1754cf80afc803620a72");
	SAYS("\xb3\x2b\x03\x14\x3c\x17\x54\xcf\x80\xaf\xc8\x03"
	     "bar",
	     false, "\ntext b32b03143c1754cf80afc803626172");
	/* The first field does not fit: a box drawn in CP437. */
	SAYS("\xb3\x29\x01\x0c\x13line\x1b\x1b\x1b", true, "\ntext b329010c136c696e651b1b1b");
	/* Wrong fields with a matching CRC are damage at every place. */
	SAYS("x" BAD, false,
	     "\ntext 78\ndamage at 1 " BAD_HEX " the test id reaches beyond the packet at 5");

	/* After damage, the scan continues at the next byte; a stretch ends at its claimed end or
	 * at the next packet. */
	SAYS("\xb3\x29\x01\x20\x03" FOO "x", true,
	     "\ndamage at 0 b329012003 cut short by the end of the "
	     "input at 18\npacket " FOO_HEX "\ntext 78");
	SAYS(BROKEN BROKEN, true,
	     "\ndamage at 0 " BROKEN_HEX " the CRC does not match at 8"
	     "\ndamage at 12 " BROKEN_HEX " the CRC does not match at 20");
	SAYS(FOO "\xb3\x29", false,
	     "\npacket " FOO_HEX "\ndamage at 12 b329 cut short by the end of the input at 14");
	SAYS("\xb3\x29", false, "\ntext b329");
	SAYS(FOO "x\xb3\x29", false, "\npacket " FOO_HEX "\ntext 78b329");
}

/* Directly after a packet, a signature byte is damage or a packet, never text. */
static void
check_after_packet(void)
{
	SAYS(FOO "\xb3\x39\x01\x0c\x03\x66\x6f\x6f\x08\x55\x5f\x1bx", false,
	     "\npacket " FOO_HEX "\ndamage at 12 b339010c03666f6f08555f1b not version 2 at 13"
	     "\ntext 78");
	SAYS(FOO "\xb3\x29\x09\x0c\x03\x66\x6f\x6f\x08\x55\x5f\x1b" FOO, false,
	     "\npacket " FOO_HEX
	     "\ndamage at 12 b329090c03666f6f08555f1b a reserved flag is set at 14"
	     "\npacket " FOO_HEX);
	SAYS(FOO "\xb3\x29\x01\x04zzzzx", false,
	     "\npacket " FOO_HEX "\ndamage at 12 b32901047a7a7a7a the length is too small at 15"
	     "\ntext 78");
	SAYS(FOO "\xb3\x29\x01\x0c\x13line\x1b\x1b\x1b", false,
	     "\npacket " FOO_HEX
	     "\ndamage at 12 b329010c136c696e651b1b1b the CRC does not match at 20");
	SAYS(FOO "\xa3\x29\x01\x0c\x03\x66\x6f\x6f\x08\x55\x5f\x1bx", false,
	     "\npacket " FOO_HEX "\ndamage at 12 a329010c03666f6f08555f1b no packet signature at 12"
	     "\ntext 78");
	/* The same bytes later after a packet are text. */
	SAYS(FOO "x\xb3\x39\x01\x0c", false, "\npacket " FOO_HEX "\ntext 78b339010c");
	/* Bytes that are a valid length. */
	SAYS(FOO "3,14", false, "\npacket " FOO_HEX "\ntext 332c3134");
}

/* Return for how many changes of one bit a failed test leaves no damage. CONTEXT_LEN bytes stand
 * before and after it. */
static unsigned
count_hidden(const char *before, const char *after, size_t context_len, unsigned flags)
{
	static const struct subunit2_event event = {
		.test_id = SUBUNIT2_LITERAL("b"),
		.status = SUBUNIT2_STATUS_FAIL,
		.runnable = true,
		.has_timestamp = true,
		.timestamp = {1000000000, 999999999},
	};
	char packet[64], input[128];
	size_t len = 0;
	unsigned hidden = 0;
	CHECK(!subunit2_packet_encode(&event, packet, sizeof(packet), &len, NULL));
	for (size_t bit = 0; bit < 8 * len; bit++) {
		struct reading reading;
		memcpy(input, before, context_len);
		memcpy(input + context_len, packet, len);
		memcpy(input + context_len + len, after, context_len);
		input[context_len + bit / 8] ^= (char)(1 << bit % 8);
		reading_begin(&reading);
		struct subunit2_reader *reader = reading_reader(&reading, flags);
		reading_feed(reader, (const uint8_t *)input, 2 * context_len + len, any_byte, NULL);
		subunit2_reader_free(reader);
		hidden += reading.stretches == 0;
		reading_end(&reading);
	}
	return hidden;
}

static void
check_flips(void)
{
	CHECK(count_hidden(FOO, FOO, sizeof(FOO) - 1, 0) == 0);
	CHECK(count_hidden(FOO, "some text 12", sizeof(FOO) - 1, 0) == 0);
	CHECK(count_hidden(FOO, "\n\n\n\n\n\n\n\n\n\n\n\n", sizeof(FOO) - 1, 0) == 0);
	CHECK(count_hidden("", "", 0, SUBUNIT2_READER_PACKET_FIRST) == 0);
}

/* A reader that receives the time. */
struct talk {
	struct reading reading;
	struct subunit2_reader *reader;
};

static void
talk_begin(struct talk *talk, bool declared)
{
	reading_begin(&talk->reading);
	talk->reader = reading_reader(&talk->reading, declared);
}

static bool
talk_says(struct talk *talk, const char *input, size_t len, int64_t now_ms, const char *wanted)
{
	bool good = len ? !subunit2_reader_feed(talk->reader, input, len, now_ms, NULL)
	                : !subunit2_reader_tick(talk->reader, now_ms, NULL);
	good = good && !strcmp(reading_lines(&talk->reading), wanted);
	if (!good)
		printf("# got:%s\n", talk->reading.lines);
	return good;
}

static void
talk_end(struct talk *talk)
{
	subunit2_reader_free(talk->reader);
	reading_end(&talk->reading);
}

#define FEED(talk, input, now, wanted) CHECK(talk_says(talk, input, sizeof(input) - 1, now, wanted))
#define TICK(talk, now, wanted) CHECK(talk_says(talk, "", 0, now, wanted))

/* At a legal place, the scan waits until a packet follows. */
static void
check_silence_at_a_legal_place(void)
{
	struct talk talk;
	talk_begin(&talk, true);
	CHECK(subunit2_reader_deadline(talk.reader) == INT64_MAX);
	FEED(&talk, "\xb3\x29\x01\x20\x03", 5, "");
	CHECK(subunit2_reader_deadline(talk.reader) == 1005);
	TICK(&talk, 1004, "");
	TICK(&talk, 1005, "");
	CHECK(subunit2_reader_deadline(talk.reader) == INT64_MAX);
	FEED(&talk, FOO "x", 2000, "");
	TICK(&talk, 3000,
	     "\ndamage at 0 b329012003 cut short by what follows at 5\npacket " FOO_HEX
	     "\ntext 78");
	CHECK(subunit2_reader_deadline(talk.reader) == INT64_MAX);
	talk_end(&talk);

	/* A slow packet is a packet. */
	talk_begin(&talk, true);
	FEED(&talk, "\xb3\x29\x01\x0c\x03", 0, "");
	TICK(&talk, 5000, "");
	FEED(&talk, "\x66\x6f\x6f\x08\x55\x5f\x1b", 6000, "\npacket " FOO_HEX);
	talk_end(&talk);
}

/* At another place, the candidate and the bytes after it are released, and it may still be
 * completed. */
static void
check_silence_elsewhere(void)
{
	struct talk talk;
	talk_begin(&talk, true);
	FEED(&talk, "a\xb3\x29\x01\x0c\x03", 0, "\ntext 61");
	TICK(&talk, 1000, "\ntext 61b329010c03");
	FEED(&talk, "\x66\x6f", 1100, "\ntext 61b329010c03666f");
	FEED(&talk, "\x6f\x08\x55\x5f\x1b", 1200, "\ntext 61b329010c03666f\npacket " FOO_HEX);
	FEED(&talk, "b", 1300, "\ntext 61b329010c03666f\npacket " FOO_HEX "\ntext 62");
	talk_end(&talk);

	talk_begin(&talk, true);
	FEED(&talk, "a\xb3\x29\x01\x3c", 0, "\ntext 61");
	TICK(&talk, 1000, "\ntext 61b329013c");
	/* A packet that follows does not wait. */
	FEED(&talk, "b\n\xb3\x29\x01\x0c", 1100, "\ntext 61b329013c620a");
	FEED(&talk, "\x03\x66\x6f\x6f\x08\x55\x5f\x1b", 1200,
	     "\ntext 61b329013c620a\npacket " FOO_HEX);
	talk_end(&talk);

	/* Bytes that look like damage wait: they may be a part of the unfinished packet. */
	talk_begin(&talk, true);
	FEED(&talk, "a\xb3\x29\x01\x3c", 0, "\ntext 61");
	TICK(&talk, 1000, "\ntext 61b329013c");
	FEED(&talk, "b\n" BROKEN, 1100, "\ntext 61b329013c620a");
	FEED(&talk, FOO, 1200, "\ntext 61b329013c620a");
	TICK(&talk, 2200,
	     "\ntext 61b329013c620a\ndamage at 7 " BROKEN_HEX
	     " the CRC does not match at 15\npacket " FOO_HEX);
	talk_end(&talk);

	talk_begin(&talk, true);
	FEED(&talk, "a" HOLDS_BROKEN_1, 0, "\ntext 61");
	TICK(&talk, 1000, "\ntext 61b320401b016610780a");
	FEED(&talk, HOLDS_BROKEN_2, 1100, "\ntext 61b320401b016610780a\npacket " HOLDS_BROKEN_HEX);
	talk_end(&talk);

	/* A line may begin like a packet if no packet is expected. */
	talk_begin(&talk, false);
	FEED(&talk, "\n\xb3\x29\x01\x0c\x03", 0, "\ntext 0a");
	TICK(&talk, 1000, "\ntext 0ab329010c03");
	FEED(&talk, "\x66\x6f\x6f\x08\x55\x5f\x1b", 1200, "\ntext 0ab329010c03\npacket " FOO_HEX);
	talk_end(&talk);

	/* A late feed has the effect of a tick in time. */
	talk_begin(&talk, true);
	FEED(&talk, "a\xb3\x29\x01\x3c", 0, "\ntext 61");
	FEED(&talk, "b", 1000, "\ntext 61b329013c62");
	talk_end(&talk);
}

static enum subunit2_result
stop_packet(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	(void)event;
	(void)error;
	++*(int *)context;
	return SUBUNIT2_E_STOP;
}

static void
check_stop(void)
{
	int packets = 0;
	struct subunit2_reader_handler handler = {sizeof(handler), stop_packet, NULL, NULL};
	struct subunit2_reader *reader = subunit2_reader_new(&handler, &packets, 0);
	CHECK(subunit2_reader_feed(reader, FOO FOO, 24, 0, NULL) == SUBUNIT2_E_STOP);
	CHECK(packets == 1);
	CHECK(subunit2_reader_has_packets(reader));
	subunit2_reader_free(reader);
}

static size_t
four_kib(void *context)
{
	(void)context;
	return 4096;
}

static uint64_t
work_of(const char *pattern, size_t len, size_t (*piece)(void *context))
{
	struct maker maker = {0};
	struct reading reading;
	while (maker.len < len)
		maker_add_string(&maker, pattern);
	reading_begin(&reading);
	struct subunit2_reader *reader = reading_reader(&reading, true);
	reading_feed(reader, maker.data, maker.len, piece, NULL);
	uint64_t work = reader_work(reader);
	subunit2_reader_free(reader);
	reading_end(&reading);
	maker_free(&maker);
	return work;
}

/* Twice the input takes at most twice the work, apart from the cost of a claimed length. */
static void
check_linear(void)
{
	static const struct {
		const char *name, *pattern;
	} kinds[] = {
		{"claims of 32 KiB every 6 bytes", "\xb3\x2f\x07\x80\x80\x01"},
		{"claims of 47 bytes every 2", "\xb3\x2f"},
		{"claims of 16 KiB in UTF-8", "n\xc3\xb3 1~~ and"},
		{"claims of 32 KiB at lines' starts", "\n\xb3\x29\x03\x80\x80\x01\x03"},
		{"claims of several lengths", "\xb3\x2f\x07\x80\x70\x01\xb3\x2f\x07\x7f\xb3\x2f"},
	};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const size_t len = 150000, claim_max = 40000;
		const char *pattern = kinds[i].pattern;
		uint64_t once = work_of(pattern, len, everything);
		uint64_t twice = work_of(pattern, 2 * len, everything);
		uint64_t pieces = work_of(pattern, 2 * len, four_kib);
		CHECK_NAMED(kinds[i].name, once > len && twice <= 2 * once + 40 * claim_max);
		CHECK_NAMED("the same in pieces", pieces <= twice + 8 * len);
		CHECK_NAMED("a constant effort a byte", twice <= 2 * len * 50);
	}
}

/* A handler must say its size. */
static void
check_handler(void)
{
	const struct subunit2_reader_handler handler = {.size = 0};
	CHECK(!subunit2_reader_new(&handler, NULL, 0));
}

int
main(void)
{
	check_handler();
	check_linear();
	check_rules();
	check_after_packet();
	check_flips();
	check_silence_at_a_legal_place();
	check_silence_elsewhere();
	check_stop();
	check_against_oracle();
	return check_done();
}
