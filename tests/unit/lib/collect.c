/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "attachment_store.h"
#include "check.h"
#include "record.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The arguments of the callbacks, in one string. */
struct handed {
	FILE *file;
	char *text;
	size_t len;
	enum subunit2_result result;
};

static enum subunit2_result
on_test(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	struct handed *handed = context;
	struct subunit2_tags tags = test->tags;
	struct subunit2_view tag;

	(void)error;
	fprintf(handed->file, "%.*s@%.*s %s%s", (int)test->id.len, test->id.data,
	        (int)test->route_code.len, test->route_code.data ? test->route_code.data : "",
	        subunit2_status_name(test->status), test->runnable ? " runnable" : "");
	if (test->has_start)
		fprintf(handed->file, " %lld-%lld", (long long)test->start.sec,
		        (long long)test->stop.sec);
	while (subunit2_tags_next(&tags, &tag))
		fprintf(handed->file, " #%.*s", (int)tag.len, tag.data);
	for (size_t i = 0; i < test->attachment_count; i++) {
		const struct subunit2_attachment *one = &test->attachments[i];
		fprintf(handed->file, " [%.*s %.*s +%llu '%.*s']", (int)one->name.len,
		        one->name.data, (int)one->mime_type.len,
		        one->mime_type.data ? one->mime_type.data : "",
		        (unsigned long long)one->dropped, (int)one->bytes.len, one->bytes.data);
	}
	putc('\n', handed->file);
	return handed->result;
}

static enum subunit2_result
on_file(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	struct handed *handed = context;

	(void)error;
	fprintf(handed->file, "file %.*s\n", (int)event->file_name.len, event->file_name.data);
	return SUBUNIT2_E_OK;
}

static struct subunit2_sink *
begin(struct handed *handed, size_t limit)
{
	struct subunit2_collect_options options = {.size = sizeof(options),
	                                           .attachment_limit = limit};

	*handed = (struct handed){0};
	handed->file = open_memstream(&handed->text, &handed->len);
	return subunit2_collect_new(&options, on_test, on_file, handed);
}

static bool
handed_is(struct handed *handed, const char *text)
{
	bool same;

	fclose(handed->file);
	same = strcmp(handed->text, text) == 0;
	if (!same)
		printf("# handed over: %s\n", handed->text);
	free(handed->text);
	handed->file = open_memstream(&handed->text, &handed->len);
	return same;
}

static void
end(struct subunit2_sink *sink, struct handed *handed)
{
	subunit2_sink_free(sink);
	fclose(handed->file);
	free(handed->text);
}

static bool
said(struct subunit2_sink *sink, const char *id, const char *route_code,
     enum subunit2_status status, int64_t sec)
{
	struct subunit2_event event = {
		.test_id = subunit2_view_of(id),
		.route_code = subunit2_view_of(route_code),
		.status = status,
		.has_timestamp = sec != 0,
		.timestamp = {.sec = sec},
	};

	return subunit2_sink_event(sink, &event, NULL) == SUBUNIT2_E_OK;
}

static bool
attached(struct subunit2_sink *sink, const char *id, const char *name, const char *mime_type,
         const char *bytes)
{
	struct subunit2_event event = {
		.test_id = subunit2_view_of(id),
		.file_name = subunit2_view_of(name),
		.mime_type = subunit2_view_of(mime_type),
		.file_bytes = subunit2_view_of(bytes),
	};

	return subunit2_sink_event(sink, &event, NULL) == SUBUNIT2_E_OK;
}

static void
test_tests(void)
{
	struct handed handed;
	struct subunit2_sink *sink = begin(&handed, SIZE_MAX);

	said(sink, "late", NULL, SUBUNIT2_STATUS_INPROGRESS, 1);
	said(sink, "x", "0", SUBUNIT2_STATUS_INPROGRESS, 2);
	said(sink, "x", "1", SUBUNIT2_STATUS_INPROGRESS, 3);
	said(sink, "listed", NULL, SUBUNIT2_STATUS_EXISTS, 0);
	said(sink, "late", NULL, SUBUNIT2_STATUS_EXISTS, 0);
	said(sink, "x", "", SUBUNIT2_STATUS_INPROGRESS, 4);
	CHECK(handed_is(&handed, ""));
	said(sink, "x", "1", SUBUNIT2_STATUS_FAIL, 9);
	CHECK_NAMED("a test is its id and its route", handed_is(&handed, "x@1 fail 3-9\n"));
	said(sink, "x", "0", SUBUNIT2_STATUS_SUCCESS, 0);
	CHECK(handed_is(&handed, "x@0 success 2-2\n"));
	said(sink, "at once", NULL, SUBUNIT2_STATUS_SKIP, 0);
	CHECK(handed_is(&handed, "at once@ skip\n"));
	attached(sink, NULL, "stdout", NULL, "text");
	CHECK(handed_is(&handed, "file stdout\n"));
	said(sink, NULL, NULL, SUBUNIT2_STATUS_NONE, 5);
	CHECK_NAMED("what names neither test nor file is nothing", handed_is(&handed, ""));
	attached(sink, "silent", "log", NULL, "a");
	CHECK(subunit2_sink_finish(sink, NULL) == SUBUNIT2_E_OK);
	CHECK_NAMED("the unfinished come in the order in which they began",
	            handed_is(&handed, "late@ inprogress 1-1\n"
	                               "listed@ exists\n"
	                               "x@ inprogress 4-4\n"
	                               "silent@  [log  +0 'a']\n"));
	end(sink, &handed);
}

static void
test_attachments(void)
{
	struct handed handed;
	struct subunit2_sink *sink = begin(&handed, SIZE_MAX);

	attached(sink, "x", "b", NULL, "1");
	attached(sink, "x", "stdout", "text/plain", "un");
	attached(sink, "x", "stdout.bytes", "application/octet-stream", "\xff");
	attached(sink, "x", "b", "text/b", "2");
	attached(sink, "x", "stdout", NULL, "deux");
	attached(sink, "x", "stderr.bytes", NULL, "\xfe");
	attached(sink, "x", "log.bytes", NULL, "");
	attached(sink, "y", "b", NULL, "other");
	said(sink, "x", NULL, SUBUNIT2_STATUS_SUCCESS, 0);
	CHECK(handed_is(&handed, "x@ success [b text/b +0 '12'] [stdout text/plain +0 'un\xff"
	                         "deux'] [stderr  +0 '\xfe'] [log.bytes  +0 '']\n"));
	end(sink, &handed); /* y is open and is released */
}

static void
test_limits(void)
{
	struct handed handed;
	struct subunit2_sink *sink = begin(&handed, 4);

	attached(sink, "x", "log", NULL, "abc");
	said(sink, "x", NULL, SUBUNIT2_STATUS_SUCCESS, 0);
	CHECK(handed_is(&handed, "x@ success [log  +0 'abc']\n"));
	attached(sink, "x", "log", NULL, "abcdefgh");
	said(sink, "x", NULL, SUBUNIT2_STATUS_SUCCESS, 0);
	CHECK(handed_is(&handed, "x@ success [log  +4 'efgh']\n"));
	for (const char *c = "abcdefghijklmnopqrstuvwxyz"; *c; c++)
		attached(sink, "x", "log", NULL, (char[]){*c, 0});
	said(sink, "x", NULL, SUBUNIT2_STATUS_SUCCESS, 0);
	CHECK(handed_is(&handed, "x@ success [log  +22 'wxyz']\n"));
	attached(sink, "x", "log", NULL, "abcd");
	attached(sink, "x", "log", NULL, "efg");
	attached(sink, "x", "log", NULL, "hi");
	said(sink, "x", NULL, SUBUNIT2_STATUS_SUCCESS, 0);
	CHECK(handed_is(&handed, "x@ success [log  +5 'fghi']\n"));
	end(sink, &handed);

	sink = begin(&handed, 0);
	attached(sink, "x", "log", NULL, "abc");
	attached(sink, "x", "log", NULL, "de");
	said(sink, "x", NULL, SUBUNIT2_STATUS_SUCCESS, 0);
	CHECK(handed_is(&handed, "x@ success [log  +5 '']\n"));
	end(sink, &handed);
}

static void
test_tags_and_runnable(void)
{
	struct handed handed;
	struct subunit2_sink *sink = begin(&handed, SIZE_MAX);
	struct subunit2_tagset a = {0}, b = {0};
	struct subunit2_event event = {.test_id = SUBUNIT2_LITERAL("x"), .runnable = true};

	subunit2_tagset_add(&a, SUBUNIT2_LITERAL("one"), NULL);
	subunit2_tagset_add(&b, SUBUNIT2_LITERAL("two"), NULL);
	subunit2_tagset_add(&b, SUBUNIT2_LITERAL("one"), NULL);
	event.tags = subunit2_tagset_view(&a);
	subunit2_sink_event(sink, &event, NULL);
	event.tags = subunit2_tagset_view(&b);
	event.runnable = false;
	event.status = SUBUNIT2_STATUS_XFAIL;
	subunit2_sink_event(sink, &event, NULL);
	CHECK(handed_is(&handed, "x@ xfail runnable #one #two\n"));
	subunit2_tagset_clear(&a);
	subunit2_tagset_clear(&b);
	end(sink, &handed);
}

#define MANY 300

/* Files with many names, the pieces of each far apart. */
static void
test_many_attachments(void)
{
	struct handed handed;
	struct subunit2_sink *sink = begin(&handed, SIZE_MAX);
	struct subunit2_event event = {.test_id = SUBUNIT2_LITERAL("x")};
	char expected[MANY * 16] = "x@ success", name[16];

	for (int piece = 0; piece < 2; piece++) {
		for (int i = 0; i < MANY; i++) {
			snprintf(name, sizeof(name), "%d", i);
			event.file_name = subunit2_view_of(name);
			event.file_bytes = piece ? SUBUNIT2_LITERAL("b") : SUBUNIT2_LITERAL("a");
			subunit2_sink_event(sink, &event, NULL);
		}
	}
	for (int i = 0; i < MANY; i++)
		sprintf(expected + strlen(expected), " [%d  +0 'ab']", i);
	said(sink, "x", NULL, SUBUNIT2_STATUS_SUCCESS, 0);
	CHECK_NAMED("each of many files in one piece", handed_is(&handed, strcat(expected, "\n")));
	end(sink, &handed);
}

static void
test_results_only(void)
{
	struct handed handed = {0};
	const struct subunit2_collect_options options = {sizeof(options), SIZE_MAX, NULL,
	                                                 .results_only = true};
	struct subunit2_sink *sink;

	handed.file = open_memstream(&handed.text, &handed.len);
	sink = subunit2_collect_new(&options, on_test, on_file, &handed);
	said(sink, "x", NULL, SUBUNIT2_STATUS_SUCCESS, 0);
	attached(sink, "x", "late", NULL, "after its end");
	said(sink, "y", NULL, SUBUNIT2_STATUS_INPROGRESS, 0);
	subunit2_sink_finish(sink, NULL);
	CHECK(handed_is(&handed, "x@ success\nfile late\ny@ inprogress\n"));
	end(sink, &handed);
}

/* The files of tests without a result: nothing takes them, or their taker stops. */
static enum subunit2_result
stop_files(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	(void)event, (void)error;
	++*(int *)context;
	return SUBUNIT2_E_STOP;
}

static void
test_files_of_no_result(void)
{
	const struct subunit2_collect_options options = {sizeof(options), SIZE_MAX, NULL,
	                                                 .results_only = true};
	int count = 0;
	struct subunit2_sink *sink = subunit2_collect_new(&options, NULL, NULL, NULL);

	attached(sink, "x", "log", NULL, "bytes");
	CHECK(subunit2_sink_finish(sink, NULL) == SUBUNIT2_E_OK);
	subunit2_sink_free(sink);
	sink = subunit2_collect_new(&options, NULL, stop_files, &count);
	attached(sink, "x", "log", NULL, "bytes");
	attached(sink, "x", "other", NULL, "bytes");
	CHECK(subunit2_sink_finish(sink, NULL) == SUBUNIT2_E_STOP && count == 1);
	subunit2_sink_free(sink);
}

static void
test_streams(void)
{
	struct handed handed;
	struct subunit2_sink *sink = begin(&handed, 0);
	struct subunit2_event event = {
		.test_id = SUBUNIT2_LITERAL("x"),
		.status = SUBUNIT2_STATUS_INPROGRESS,
	};

	subunit2_sink_event(sink, &event, NULL);
	event.stream = 1;
	event.status = SUBUNIT2_STATUS_SUCCESS;
	subunit2_sink_event(sink, &event, NULL);
	CHECK_NAMED("no stream ends a test of another", handed_is(&handed, "x@ success\n"));
	subunit2_sink_finish(sink, NULL);
	CHECK(handed_is(&handed, "x@ inprogress\n"));
	end(sink, &handed);
}

static void
test_result(void)
{
	struct handed handed;
	struct subunit2_sink *sink = begin(&handed, SIZE_MAX);

	said(sink, "x", NULL, SUBUNIT2_STATUS_INPROGRESS, 0);
	said(sink, "y", NULL, SUBUNIT2_STATUS_INPROGRESS, 0);
	handed.result = SUBUNIT2_E_STOP;
	CHECK_NAMED("the callback's result goes up",
	            !said(sink, "z", NULL, SUBUNIT2_STATUS_SUCCESS, 0));
	CHECK(subunit2_sink_finish(sink, NULL) == SUBUNIT2_E_STOP);
	CHECK(handed_is(&handed, "z@ success\nx@ inprogress\n"));
	end(sink, &handed);
}

/* Return the end of the first piece of an attachment that has TAIL at AT. */
static size_t
first_piece_of(size_t at, const char *tail)
{
	static char bytes[(64 << 10) + 16];
	struct subunit2_attachment attachment = {.bytes = {bytes, sizeof(bytes)}};
	struct subunit2_view rest = attachment.bytes, piece;

	memset(bytes, 'x', sizeof(bytes));
	memcpy(bytes + at, tail, strlen(tail));
	subunit2_attachment_next(&attachment, &rest, &piece);
	return piece.len;
}

static void
test_pieces(void)
{
	enum { PIECE = 64 << 10 };

	CHECK(first_piece_of(0, "") == PIECE);
	CHECK(first_piece_of(PIECE - 1, "\r\n") == PIECE - 1);
	CHECK(first_piece_of(PIECE - 2, "\r\n") == PIECE);
	CHECK(first_piece_of(PIECE, "\r\n") == PIECE);
	CHECK(first_piece_of(PIECE - 1, "\xC3\xA9") == PIECE - 1);
	CHECK(first_piece_of(PIECE - 3, "\xF0\x9F\x98\x80") == PIECE - 3);
}

static int files, kept_fd;

static int
open_file(void)
{
	int fd = memfd_create("attachments", 0);

	files++;
	kept_fd = dup(fd);
	return fd;
}

/* Count the tests with whole attachments: byte N of the test "a" is N % 251 + 'a'. */
static enum subunit2_result
check_whole(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	struct subunit2_view rest = test->attachments[0].bytes, piece;
	uint64_t at = 0;
	bool good = test->attachments[0].mapped;

	(void)error;
	while (subunit2_attachment_next(&test->attachments[0], &rest, &piece))
		for (size_t i = 0; i < piece.len; i++, at++)
			good = good &&
			       (unsigned char)piece.data[i] ==
			               (unsigned char)(at % 251 + (unsigned char)test->id.data[0]);
	*(int *)context += good && at == 3300000;
	return SUBUNIT2_E_OK;
}

/* Many large attachments are kept in one file, whose blocks are used again. */
static void
test_one_file(void)
{
	const struct subunit2_collect_options options = {sizeof(options), SIZE_MAX, open_file,
	                                                 false};
	int whole = 0;
	struct subunit2_sink *sink = subunit2_collect_new(&options, check_whole, NULL, &whole);
	static char bytes[33000];
	struct stat status;

	for (int round = 0; round < 3; round++) {
		for (size_t piece = 0; piece < 100; piece++)
			for (char id = 'a'; id <= 'e'; id++) {
				struct subunit2_event event = {
					.test_id = {&id, 1},
					.file_name = SUBUNIT2_LITERAL("log"),
					.file_bytes = {bytes, sizeof(bytes)},
				};

				for (size_t i = 0; i < sizeof(bytes); i++)
					bytes[i] = (char)((piece * sizeof(bytes) + i) % 251 +
					                  (unsigned char)id);
				subunit2_sink_event(sink, &event, NULL);
			}
		for (char id = 'e'; id >= 'a'; id -= 2) {
			struct subunit2_event event = {.test_id = {&id, 1},
			                               .status = SUBUNIT2_STATUS_SUCCESS};

			subunit2_sink_event(sink, &event, NULL);
		}
		said(sink, "b", NULL, SUBUNIT2_STATUS_SUCCESS, 0);
		said(sink, "d", NULL, SUBUNIT2_STATUS_SUCCESS, 0);
	}
	CHECK(whole == 15);
	CHECK(files == 1);
	CHECK_NAMED("the file is empty when no test is open",
	            fstat(kept_fd, &status) == 0 && status.st_size == 0);
	subunit2_sink_free(sink);
	close(kept_fd);
}

/* Pieces of one byte follow a large one, which went to the file. */
static enum subunit2_result
check_tail(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	const struct subunit2_attachment *attachment = &test->attachments[0];

	(void)error;
	*(bool *)context = attachment->mapped && attachment->dropped == 0 &&
	                   attachment->bytes.len == 1200000 + 3 &&
	                   memcmp(attachment->bytes.data + 1200000, "abc", 3) == 0;
	return SUBUNIT2_E_OK;
}

/* A piece of a file, of 1,200,000 bytes. */
static struct subunit2_event
large_event(void)
{
	static char large[1200000];
	return (struct subunit2_event){
		.test_id = SUBUNIT2_LITERAL("x"),
		.file_name = SUBUNIT2_LITERAL("log"),
		.file_bytes = {large, sizeof(large)},
	};
}

static void
test_small_pieces(void)
{
	const struct subunit2_collect_options options = {sizeof(options), SIZE_MAX, open_file,
	                                                 false};
	bool whole = false;
	struct subunit2_sink *sink = subunit2_collect_new(&options, check_tail, NULL, &whole);
	struct subunit2_event event = large_event();

	subunit2_sink_event(sink, &event, NULL);
	for (const char *byte = "abc"; *byte; byte++) {
		event.file_bytes = (struct subunit2_view){byte, 1};
		subunit2_sink_event(sink, &event, NULL);
	}
	said(sink, "x", NULL, SUBUNIT2_STATUS_SUCCESS, 0);
	CHECK(whole);
	subunit2_sink_free(sink);
	close(kept_fd);
}

/* Without a file for the attachments, all of their bytes stay in memory. */
static int
open_nothing(void)
{
	return -1;
}

static enum subunit2_result
check_in_memory(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	const struct subunit2_attachment *attachment = &test->attachments[0];

	(void)error;
	*(bool *)context = !attachment->mapped && attachment->bytes.len == 2400000;
	return SUBUNIT2_E_OK;
}

static void
test_no_file(void)
{
	const struct subunit2_collect_options options = {sizeof(options), SIZE_MAX, open_nothing,
	                                                 false};
	bool whole = false;
	struct subunit2_sink *sink = subunit2_collect_new(&options, check_in_memory, NULL, &whole);
	struct subunit2_event event = large_event();

	subunit2_sink_event(sink, &event, NULL);
	subunit2_sink_event(sink, &event, NULL);
	said(sink, "x", NULL, SUBUNIT2_STATUS_SUCCESS, 0);
	CHECK(whole);
	subunit2_sink_free(sink);
}

/* A file is asked for only if whole attachments are kept. */
static void
test_limited_in_memory(void)
{
	const struct subunit2_collect_options options = {sizeof(options), 2000000, open_file,
	                                                 false};
	static char large[1200000];
	struct handed handed = {0};
	int before = files;

	handed.file = open_memstream(&handed.text, &handed.len);
	struct subunit2_sink *sink = subunit2_collect_new(&options, NULL, NULL, &handed);
	struct subunit2_event event = {
		.test_id = SUBUNIT2_LITERAL("x"),
		.file_name = SUBUNIT2_LITERAL("log"),
		.file_bytes = {large, sizeof(large)},
	};

	subunit2_sink_event(sink, &event, NULL);
	subunit2_sink_event(sink, &event, NULL);
	CHECK(files == before);
	end(sink, &handed);
}

/* Options of a later version, with one more member. */
static void
test_option_sizes(void)
{
	struct {
		struct subunit2_collect_options known;
		uint64_t added;
	} later = {{.size = sizeof(later)}, 0};
	struct subunit2_sink *sink = subunit2_collect_new(&later.known, NULL, NULL, NULL);

	CHECK_NAMED("unknown options that are 0 are accepted", sink);
	subunit2_sink_free(sink);
	later.added = 1;
	CHECK_NAMED("others are refused", !subunit2_collect_new(&later.known, NULL, NULL, NULL));
	later.known.size = 0;
	CHECK_NAMED("a size is required", !subunit2_collect_new(&later.known, NULL, NULL, NULL));
}

/* More bytes than the address space has room for. */
static void
test_too_long(void)
{
	const struct attachment_store store = {.is_open = true};
	const struct stored stored = {.len = UINT64_MAX};
	char *map = NULL;

	CHECK(attachment_store_map(&store, &stored, &map, NULL) == SUBUNIT2_E_NO_MEMORY && !map);
}

int
main(void)
{
	test_option_sizes();
	test_too_long();
	test_one_file();
	test_small_pieces();
	test_no_file();
	test_limited_in_memory();
	test_pieces();
	test_tests();
	test_attachments();
	test_limits();
	test_tags_and_runnable();
	test_many_attachments();
	test_results_only();
	test_files_of_no_result();
	test_streams();
	test_result();
	return check_done();
}
