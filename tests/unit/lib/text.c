/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Text: how it is gathered and cut, and the names of its files. */
#include "check.h"

#include <subunit2/text.h>
#include <subunit2/utf8.h>

#include <stdlib.h>

/* A sink that records files: a letter for each event (t, or b for .bytes). */
struct files {
	struct subunit2_sink sink;
	char kinds[4096];
	size_t count;
	char bytes[1 << 20]; /* of all events, joined */
	size_t len;
	size_t last_len;
	const char *last_data;
	bool wrong; /* a property was violated */
};

static enum subunit2_result
files_event(struct subunit2_sink *sink, const struct subunit2_event *event,
            struct subunit2_error *error)
{
	struct files *files = (struct files *)sink;
	bool valid = subunit2_utf8_valid_len(event->file_bytes) == event->file_bytes.len;
	struct subunit2_view name =
		valid ? SUBUNIT2_LITERAL("stderr") : SUBUNIT2_LITERAL("stderr.bytes");
	struct subunit2_view mime = valid ? SUBUNIT2_LITERAL("text/plain;charset=utf8")
	                                  : SUBUNIT2_LITERAL("application/octet-stream");
	(void)error;
	files->wrong |= !subunit2_view_equal(event->file_name, name);
	files->wrong |= !subunit2_view_equal(event->mime_type, mime);
	files->wrong |= !subunit2_view_equal(event->test_id, SUBUNIT2_LITERAL("a test"));
	files->wrong |= subunit2_view_present(event->route_code) || event->has_timestamp;
	files->wrong |= !event->runnable || event->eof || !event->file_bytes.len;
	files->wrong |= event->file_bytes.len > SUBUNIT2_TEXT_GATHER_MAX;
	if (files->len + event->file_bytes.len > sizeof(files->bytes) ||
	    files->count == sizeof(files->kinds))
		abort();
	files->kinds[files->count++] = valid ? 't' : 'b';
	memcpy(files->bytes + files->len, event->file_bytes.data, event->file_bytes.len);
	files->len += event->file_bytes.len;
	files->last_len = event->file_bytes.len;
	files->last_data = event->file_bytes.data;
	return SUBUNIT2_E_OK;
}

static struct subunit2_text *
begin(struct files *files)
{
	memset(files, 0, sizeof(*files));
	files->sink.event = files_event;
	struct subunit2_text *text = subunit2_text_new(&files->sink, SUBUNIT2_LITERAL("stderr"),
	                                               SUBUNIT2_LITERAL("a test"), SUBUNIT2_ABSENT,
	                                               SUBUNIT2_TEXT_RUNNABLE);
	if (!text)
		abort();
	return text;
}

static void
feed(struct subunit2_text *text, const char *bytes, size_t len, int64_t now_ms)
{
	if (subunit2_text_feed(text, (struct subunit2_view){bytes, len}, now_ms, NULL))
		abort();
}

static void
feed_string(struct subunit2_text *text, const char *string, int64_t now_ms)
{
	feed(text, string, strlen(string), now_ms);
}

static void
tick(struct subunit2_text *text, int64_t now_ms)
{
	if (subunit2_text_tick(text, now_ms, NULL))
		abort();
}

static bool
said(const struct files *files, const char *kinds, const char *bytes)
{
	return !files->wrong && files->count == strlen(kinds) &&
	       !memcmp(files->kinds, kinds, files->count) && files->len == strlen(bytes) &&
	       !memcmp(files->bytes, bytes, files->len);
}

static void
check_gathering(struct files *files)
{
	struct subunit2_text *text = begin(files);
	CHECK(subunit2_text_deadline(text) == INT64_MAX);
	feed_string(text, "one\ntwo", 100);
	CHECK(subunit2_text_deadline(text) == 150);
	feed_string(text, ", three? ", 149);
	CHECK(subunit2_text_deadline(text) == 150);
	CHECK(said(files, "", ""));
	tick(text, 150);
	CHECK(said(files, "t", "one\ntwo, three? "));
	CHECK(subunit2_text_deadline(text) == INT64_MAX);
	feed_string(text, "a", 200);
	feed_string(text, "b", 250);
	CHECK_NAMED("a late feed needs no tick", said(files, "tt", "one\ntwo, three? ab"));
	feed_string(text, "c", 300);
	CHECK(subunit2_text_flush(text, NULL) == SUBUNIT2_E_OK);
	CHECK(said(files, "ttt", "one\ntwo, three? abc"));
	CHECK(subunit2_text_flush(text, NULL) == SUBUNIT2_E_OK);
	CHECK(said(files, "ttt", "one\ntwo, three? abc"));
	subunit2_text_free(text);
}

static void
check_characters(struct files *files)
{
	struct subunit2_text *text = begin(files);
	feed_string(text, "m\xe2\x82", 0);
	tick(text, 50);
	CHECK_NAMED("an unfinished character is carried", said(files, "t", "m"));
	feed_string(text, "\xac s", 60);
	tick(text, 110);
	CHECK(said(files, "tt", "m\xe2\x82\xac s"));
	feed_string(text, "\xe9", 200);
	CHECK(subunit2_text_deadline(text) == 1200);
	tick(text, 1200);
	CHECK_NAMED("but not for ever", said(files, "ttb", "m\xe2\x82\xac s\xe9"));
	feed_string(text, "\xb3", 1300);
	tick(text, 1350);
	CHECK(said(files, "ttbb", "m\xe2\x82\xac s\xe9\xb3"));
	feed_string(text, "x\xc3", 1400);
	subunit2_text_flush(text, NULL);
	CHECK(said(files, "ttbbb", "m\xe2\x82\xac s\xe9\xb3x\xc3"));
	subunit2_text_free(text);
}

static void
check_cuts(struct files *files)
{
	static char large[200000];
	memset(large, 'x', sizeof(large));
	large[60000] = '\n';

	struct subunit2_text *text = begin(files);
	feed(text, large, SUBUNIT2_TEXT_GATHER_MAX - 1, 0);
	CHECK(files->count == 0);
	feed(text, "x", 1, 0);
	CHECK_NAMED("cut after the newline", files->last_len == 60001);
	feed(text, large + 60001, 60001, 0);
	CHECK_NAMED("cut where it is full", files->last_len == SUBUNIT2_TEXT_GATHER_MAX);
	subunit2_text_free(text);

	text = begin(files);
	memcpy(large + SUBUNIT2_TEXT_GATHER_MAX - 1, "\xc3\xb3", 2);
	large[60000] = 'x';
	feed(text, large, 100000, 0);
	CHECK_NAMED("cut between characters", files->last_len == SUBUNIT2_TEXT_GATHER_MAX - 1);
	CHECK_NAMED("a large piece is not copied", files->last_data == large);
	subunit2_text_flush(text, NULL);
	CHECK(files->len == 100000 && !memcmp(files->bytes, large, files->len) && !files->wrong);
	subunit2_text_free(text);

	text = begin(files);
	large[70000] = '\n';
	feed(text, "line\nli", 7, 0);
	feed(text, large, 150000, 0);
	CHECK_NAMED("gathered text does not cause a copy of the rest",
	            files->count == 4 && files->last_data == large + 70001);
	subunit2_text_free(text);
}

/* Any bytes in any pieces at any time come out unchanged. */
static void
check_all_arrives(struct files *files)
{
	static const char *const words[] = {"word ",        "\n",   "\xc3\xb3",
	                                    "\xe2\x82\xac", "\xb3", "\xf0\x9f"};
	static char input[1 << 20];
	unsigned wrong = 0;
	srand(1);
	for (unsigned round = 0; round < check_rounds(40); round++) {
		struct subunit2_text *text = begin(files);
		size_t len = 0, size = (size_t)(rand() % 900000);
		unsigned kinds = 2 + (unsigned)rand() % 5;
		while (len < size) {
			const char *word = words[(unsigned)rand() % kinds];
			memcpy(input + len, word, strlen(word));
			len += strlen(word);
		}
		int64_t now_ms = 0;
		for (size_t at = 0; at < len;) {
			size_t piece = 1 + (size_t)rand() % (rand() % 8 ? 2000 : 300000);
			if (piece > len - at)
				piece = len - at;
			feed(text, input + at, piece, now_ms);
			at += piece;
			now_ms += rand() % 60;
			tick(text, now_ms);
		}
		subunit2_text_flush(text, NULL);
		wrong += files->wrong || files->len != len || memcmp(files->bytes, input, len);
		wrong += kinds < 5 && memchr(files->kinds, 'b', files->count);
		subunit2_text_free(text);
	}
	CHECK(wrong == 0);
}

int
main(void)
{
	static struct files files;
	check_gathering(&files);
	check_characters(&files);
	check_cuts(&files);
	check_all_arrives(&files);
	return check_done();
}
