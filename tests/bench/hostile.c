/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * How fast the reader is on input that was made to slow it down, and on input
 * that was not: MB per second of processor time, the best of three.
 *
 *     hostile [MEGABYTES [KIND]]
 */
#include <subunit2/packet.h>
#include <subunit2/reader.h>

#include <libdeflate.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct input {
	uint8_t *data;
	size_t len, size;
};

static void
add(struct input *input, const void *data, size_t len)
{
	if (len > input->size - input->len)
		len = input->size - input->len;
	memcpy(input->data + input->len, data, len);
	input->len += len;
}

static void
repeat(struct input *input, const char *pattern, size_t len)
{
	while (input->len < input->size)
		add(input, pattern, len);
}

#define REPEAT(input, pattern) repeat(input, pattern, sizeof(pattern) - 1)

static uint32_t
any(void)
{
	static uint64_t seed = 1;
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33);
}

static void
add_event(struct input *input, size_t file_len)
{
	static char packet[SUBUNIT2_PACKET_MAX], file[2 << 20];
	struct subunit2_event event = {
		.test_id = SUBUNIT2_LITERAL("a.module.TestCase.test_something_or_other"),
		.status = SUBUNIT2_STATUS_SUCCESS,
		.has_timestamp = true,
		.timestamp = {1700000000, any() % 1000000000},
	};
	size_t len;
	if (file_len) {
		event.file_name = SUBUNIT2_LITERAL("log");
		event.file_bytes = (struct subunit2_view){file, file_len};
	}
	if (subunit2_packet_encode(&event, packet, sizeof(packet), &len, NULL))
		abort();
	add(input, packet, len);
}

static void
small_packets(struct input *input)
{
	while (input->len < input->size)
		add_event(input, 0);
}

static void
large_packets(struct input *input)
{
	while (input->len < input->size)
		add_event(input, 1 << 20);
}

static void
plain_text(struct input *input)
{
	REPEAT(input,
	       "gcc -O2 -Wall -c -o something.o something.c && echo all is well, as far as\n");
}

static void
box_drawing(struct input *input)
{
	REPEAT(input, "\xb3 name    \xb3 value     \xb3 so it goes \xb3\r\n");
}

static void
claims_3_mb(struct input *input)
{
	REPEAT(input, "\xb3\x2f\x07");
}

static void
claims_short(struct input *input)
{
	REPEAT(input, "\xb3\x2f");
}

static void
claims_any(struct input *input)
{
	while (input->len < input->size) {
		uint8_t header[] = {0xb3, 0x2b, 0x07, (uint8_t)(0x40 | any() % 0x80),
		                    (uint8_t)any()};
		add(input, header, sizeof(header));
	}
}

static void
claims_utf8(struct input *input)
{
	REPEAT(input, "n\xc3\xb3 1~~ and");
}

static void
claims_4_mb(struct input *input)
{
	const char header[] = "\xb3\x29\x03\xbf\xff\xff\x03";
	while (input->len < input->size) {
		add(input, header, sizeof(header) - 1);
		add(input, "some text of a line, then\n", 26);
	}
}

static void
lines_of_claims(struct input *input)
{
	REPEAT(input, "\n\xb3\x29\x03\xbf\xff\xff\x03");
}

static void
bad_fields(struct input *input)
{
	while (input->len < input->size) {
		uint8_t packet[600] = {0xb3, 0x29, 0x03, 0x42, 0x58, 0x42, 0x40};
		memset(packet + 7, 'x', sizeof(packet) - 7);
		packet[590] = 0xff;
		uint32_t crc = libdeflate_crc32(0, packet, sizeof(packet) - 4);
		for (unsigned i = 0; i < 4; i++)
			packet[sizeof(packet) - 4 + i] = (uint8_t)(crc >> (24 - 8 * i));
		add(input, packet, sizeof(packet));
	}
}

static void
random_bytes(struct input *input)
{
	while (input->len < input->size) {
		uint32_t word = any();
		add(input, &word, 3);
	}
}

static const struct {
	const char *name;
	void (*make)(struct input *input);
} kinds[] = {
	{"small packets", small_packets},
	{"1 MiB packets", large_packets},
	{"plain text", plain_text},
	{"box drawing in CP437", box_drawing},
	{"random bytes", random_bytes},
	{"a 3 MB claim every 3 bytes", claims_3_mb},
	{"a short claim every 2 bytes", claims_short},
	{"claims of any length every 5", claims_any},
	{"claims in UTF-8 every 10", claims_utf8},
	{"a 4 MiB claim every line", claims_4_mb},
	{"nothing but such claims", lines_of_claims},
	{"CRC holds, fields are bad", bad_fields},
};

static enum subunit2_result
ignore_packet(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	(void)context, (void)event, (void)error;
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
ignore_text(void *context, struct subunit2_view text, struct subunit2_error *error)
{
	(void)context, (void)text, (void)error;
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
ignore_damage(void *context, const struct subunit2_damage *damage, struct subunit2_error *error)
{
	(void)context, (void)damage, (void)error;
	return SUBUNIT2_E_OK;
}

static double
seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double
read_in_pieces(const struct input *input, size_t piece)
{
	const struct subunit2_reader_handler handler = {.size = sizeof(handler),
	                                                .packet = ignore_packet,
	                                                .text = ignore_text,
	                                                .damage = ignore_damage};
	struct subunit2_reader *reader =
		subunit2_reader_new(&handler, NULL, SUBUNIT2_READER_DECLARED);
	if (!reader)
		abort();
	double start = seconds();
	for (size_t at = 0; at < input->len; at += piece) {
		size_t len = piece < input->len - at ? piece : input->len - at;
		subunit2_reader_feed(reader, input->data + at, len, 0, NULL);
	}
	subunit2_reader_finish(reader, NULL);
	double taken = seconds() - start;
	subunit2_reader_free(reader);
	return taken;
}

static double
best_rate(const struct input *input, size_t piece)
{
	double best = 0;
	for (int i = 0; i < 3; i++) {
		double rate = (double)input->len / 1e6 / read_in_pieces(input, piece);
		best = rate > best ? rate : best;
	}
	return best;
}

int
main(int argc, char **argv)
{
	struct input input = {.size = (size_t)(argc > 1 ? atoi(argv[1]) : 66) * 1000000};
	input.data = malloc(input.size);
	if (!input.size || !input.data) {
		fputs("usage: hostile [MEGABYTES [KIND]]\n", stderr);
		return 2;
	}
	printf("%-30s %9s %9s %9s %9s\n", "MB/s, in pieces of", "1", "4 KiB", "64 KiB", "all");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (argc > 2 && strcmp(argv[2], kinds[i].name) != 0)
			continue;
		input.len = 0;
		kinds[i].make(&input);
		printf("%-30s", kinds[i].name);
		for (size_t piece = 1; piece; piece = piece == 1       ? 4096
		                                      : piece == 4096  ? 65536
		                                      : piece == 65536 ? input.len
		                                                       : 0)
			printf(" %9.0f", best_rate(&input, piece));
		putchar('\n');
		fflush(stdout);
	}
	free(input.data);
	return 0;
}
