/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Splitting: the pieces contain the whole event, in order, each within the limit. */
#include <subunit2/packet.h>

#include "check.h"

#include <stdlib.h>

#define VIEW SUBUNIT2_LITERAL

/* The content of the pieces of a split. */
struct pieces {
	size_t limit, count, largest;
	char *bytes; /* of the file, joined */
	size_t len;
	unsigned statuses, finals, eofs, mime_types;
	bool good;       /* all were packets within the limit with equal other fields */
	bool final_last; /* only the last one had a final status and the end of the file */
	bool mime_first;
	size_t stop_after; /* in packets; 0: never */
};

static enum subunit2_result
gather(void *context, struct subunit2_view packet, struct subunit2_error *error)
{
	struct pieces *pieces = context;
	struct subunit2_event event;
	(void)error;
	if (packet.len > pieces->largest)
		pieces->largest = packet.len;
	if (subunit2_packet_decode(packet.data, packet.len, &event).outcome !=
	            SUBUNIT2_PACKET_WHOLE ||
	    event.packet.len != packet.len || packet.len > pieces->limit) {
		pieces->good = false;
		return SUBUNIT2_E_STOP;
	}
	pieces->count++;
	pieces->statuses += event.status != SUBUNIT2_STATUS_NONE;
	pieces->final_last = event.eof && subunit2_status_is_final(event.status);
	pieces->finals += subunit2_status_is_final(event.status);
	pieces->eofs += event.eof;
	pieces->mime_types += event.mime_type.data != NULL;
	if (pieces->count == 1)
		pieces->mime_first = event.mime_type.data != NULL;
	pieces->good = pieces->good && subunit2_view_equal(event.test_id, VIEW("id")) &&
	               subunit2_view_equal(event.route_code, VIEW("0")) && event.runnable &&
	               event.timestamp.nsec == 123456789 && event.tags.count == 1 &&
	               subunit2_view_equal(event.file_name, VIEW("log"));
	if (pieces->bytes && event.file_bytes.len)
		memcpy(pieces->bytes + pieces->len, event.file_bytes.data, event.file_bytes.len);
	pieces->len += event.file_bytes.len;
	return pieces->stop_after && pieces->count == pieces->stop_after ? SUBUNIT2_E_STOP
	                                                                 : SUBUNIT2_E_OK;
}

static const struct subunit2_event model = {
	.test_id = {"id", 2},
	.status = SUBUNIT2_STATUS_FAIL,
	.tags = {1, {"\1t", 2}},
	.runnable = true,
	.file_name = {"log", 3},
	.eof = true,
	.mime_type = {"text/plain", 10},
	.route_code = {"0", 1},
	.has_timestamp = true,
	.timestamp = {1, 123456789},
};

/* Split a file of SIZE bytes; the pieces must contain the event. */
static bool
splits(size_t size, size_t limit, size_t count)
{
	struct pieces pieces = {.limit = limit, .good = true, .bytes = malloc(size + 1)};
	char *content = malloc(size + 1);
	struct subunit2_event event = model;
	if (!content || !pieces.bytes)
		abort();
	for (size_t i = 0; i < size; i++)
		content[i] = (char)(i * 31 >> 3);
	event.file_bytes = (struct subunit2_view){content, size};
	enum subunit2_result result = subunit2_packet_split(&event, limit, gather, &pieces, NULL);
	bool good = result == SUBUNIT2_E_OK && pieces.good && pieces.count == count &&
	            pieces.len == size && memcmp(pieces.bytes, content, size) == 0 &&
	            pieces.finals == 1 && pieces.statuses == 1 && pieces.eofs == 1 &&
	            pieces.final_last && pieces.mime_types == 1 && pieces.mime_first;
	if (!good)
		printf("# %zu bytes, limit %zu: %d, %zu packets\n", size, limit, result,
		       pieces.count);
	free(content);
	free(pieces.bytes);
	return good;
}

static void
check_pieces(void)
{
	CHECK(splits(0, 512, 1));
	CHECK(splits(100, 512, 1));
	CHECK(splits(20000, 4096, 5));
	CHECK(splits(SUBUNIT2_PACKET_MAX, SUBUNIT2_PACKET_MAX, 2));
	bool all = true;
	for (size_t size = 440; size < 480; size++)
		all = all && splits(size, 512, size <= 470 ? 1 : 2);
	CHECK_NAMED("around the limit", all);

	/* At 16 KiB, the form of the length changes; packets are full nevertheless. */
	struct pieces pieces = {.limit = 16390, .good = true};
	struct subunit2_event event = model;
	char content[50000] = "";
	event.file_bytes = (struct subunit2_view){content, sizeof(content)};
	CHECK(subunit2_packet_split(&event, 16390, gather, &pieces, NULL) == SUBUNIT2_E_OK);
	CHECK(pieces.good && pieces.count == 4 && pieces.largest == 16390);
}

static void
check_other_statuses(void)
{
	struct pieces pieces = {.limit = 512, .good = true};
	struct subunit2_event event = model;
	char content[2000] = "";
	event.file_bytes = (struct subunit2_view){content, sizeof(content)};
	event.status = SUBUNIT2_STATUS_INPROGRESS;
	CHECK(subunit2_packet_split(&event, 512, gather, &pieces, NULL) == SUBUNIT2_E_OK);
	CHECK_NAMED("inprogress is said once, and first",
	            pieces.good && pieces.count > 3 && pieces.statuses == 1 && !pieces.finals);
	event.eof = false;
	pieces = (struct pieces){.limit = 512, .good = true};
	CHECK(subunit2_packet_split(&event, 512, gather, &pieces, NULL) == SUBUNIT2_E_OK);
	CHECK_NAMED("no eof is made up", pieces.good && pieces.eofs == 0);
}

static void
check_stop(void)
{
	struct pieces pieces = {.limit = 512, .good = true, .stop_after = 2};
	struct subunit2_event event = model;
	char content[5000] = "";
	event.file_bytes = (struct subunit2_view){content, sizeof(content)};
	CHECK(subunit2_packet_split(&event, 512, gather, &pieces, NULL) == SUBUNIT2_E_STOP);
	CHECK(pieces.good && pieces.count == 2);
}

/* Return whether EVENT exceeds 512 bytes because of SUBJECT. */
static bool
refused(struct subunit2_event event, const char *subject)
{
	struct pieces pieces = {.limit = 512, .good = true};
	struct subunit2_error error = {.errnum = 0};
	return subunit2_packet_split(&event, 512, gather, &pieces, &error) == SUBUNIT2_E_INVALID &&
	       pieces.good && !pieces.count && strcmp(error.subject, subject) == 0 &&
	       strcmp(error.message, "is too long for one packet here") == 0;
}

static void
check_refusals(void)
{
	char text[600], content[1000] = "";
	const struct subunit2_view large = {text, sizeof(text)};
	struct subunit2_event event = {.test_id = large};
	memset(text, 'x', sizeof(text));
	CHECK(refused(event, "test id"));
	event.status = SUBUNIT2_STATUS_FAIL;
	event.file_name = VIEW("f");
	event.file_bytes = (struct subunit2_view){content, sizeof(content)};
	CHECK_NAMED("a file is never what is too long", refused(event, "test id"));
	event.test_id = VIEW("id");
	event.route_code = large;
	CHECK(refused(event, "routing code"));

	event.route_code = VIEW("\xff");
	struct subunit2_error error;
	struct pieces pieces = {.limit = 512, .good = true};
	CHECK(subunit2_packet_split(&event, 512, gather, &pieces, &error) == SUBUNIT2_E_INVALID);
	CHECK(strcmp(error.subject, "routing code") == 0 && !pieces.count);
	CHECK(strcmp(error.message, "is not valid UTF-8") == 0);
}

/* A test id that fits into no packet. */
static void
check_long_id(void)
{
	struct pieces pieces = {.limit = 512, .good = true};
	struct subunit2_event event = model;
	char *id = malloc(SUBUNIT2_PACKET_MAX + 1);
	struct subunit2_error error;
	memset(id, 'i', SUBUNIT2_PACKET_MAX + 1);
	event.test_id = (struct subunit2_view){id, SUBUNIT2_PACKET_MAX + 1};
	CHECK(subunit2_packet_split(&event, SUBUNIT2_PACKET_MAX, gather, &pieces, &error) ==
	      SUBUNIT2_E_INVALID);
	CHECK(strcmp(error.subject, "test id") == 0 && pieces.count == 0);
	free(id);
}

int
main(void)
{
	check_pieces();
	check_other_statuses();
	check_stop();
	check_refusals();
	check_long_id();
	return check_done();
}
