/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Writes what is measured to standard output.
 *
 *     generate packets COUNT   of 47 bytes: a test begins, a test passes
 *     generate mixed COUNT     events of every kind, from a fixed seed
 *     generate files COUNT     1 MiB of an attachment each
 *     generate tap COUNT       assertions, each with a name of its own
 *     generate text COUNT      MiB of plain lines
 */
#include <subunit2.h>

#include <stdio.h>
#include <stdlib.h>

static bool
put(struct subunit2_output *output, const struct subunit2_event *event)
{
	struct subunit2_error error;

	if (subunit2_output_event(output, event, &error) == SUBUNIT2_E_OK)
		return true;
	fprintf(stderr, "generate: %s: %s\n", error.subject, error.message);
	return false;
}

static bool
packets(struct subunit2_output *output, long count)
{
	struct subunit2_event event = {.runnable = true, .has_timestamp = true};
	char id[64];

	for (long i = 0; i < count; i++) {
		snprintf(id, sizeof(id), "package.unit.Case.test_%07ld", i / 2);
		event.test_id = subunit2_view_of(id);
		event.status = i % 2 ? SUBUNIT2_STATUS_SUCCESS : SUBUNIT2_STATUS_INPROGRESS;
		event.timestamp.sec = 1700000000 + i / 800;
		event.timestamp.nsec =
			(uint32_t)(100000000 + i % 800 * 1000000 + i * 12347 % 1000000);
		if (!put(output, &event))
			return false;
	}
	return true;
}

static unsigned
next_random(void)
{
	static uint64_t seed = 1;

	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33);
}

/* Ten tests in a hundred fail, with a log in pieces; some are skipped; some have tags. */
static bool
mixed(struct subunit2_output *output, long count)
{
	static const enum subunit2_status ends[10] = {
		SUBUNIT2_STATUS_SUCCESS,   SUBUNIT2_STATUS_SUCCESS, SUBUNIT2_STATUS_SUCCESS,
		SUBUNIT2_STATUS_SUCCESS,   SUBUNIT2_STATUS_SUCCESS, SUBUNIT2_STATUS_SUCCESS,
		SUBUNIT2_STATUS_SKIP,      SUBUNIT2_STATUS_XFAIL,   SUBUNIT2_STATUS_FAIL,
		SUBUNIT2_STATUS_UXSUCCESS,
	};
	static const char tags[] = "\4slow"
				   "\10worker-1";
	enum subunit2_status end = SUBUNIT2_STATUS_SUCCESS;
	char id[128], log[256];
	int pieces = -1; /* -1: no test is running */

	for (long i = 0, test = 0; i < count; i++) {
		struct subunit2_event event = {
			.runnable = true,
			.has_timestamp = true,
			.timestamp = {1700000000 + i / 1000,
		                      i % 1000 * 1000000 + next_random() % 1000000},
			.route_code = SUBUNIT2_LITERAL("0"),
		};

		if (pieces < 0) {
			snprintf(id, sizeof(id), "package.module_%u.TestCase.test_%.*s_%ld",
			         next_random() % 20, (int)(next_random() % 40),
			         "some_words_that_make_a_name_longer_or_not", test++);
			end = ends[next_random() % 10];
			pieces = end == SUBUNIT2_STATUS_FAIL ? 2 : end != SUBUNIT2_STATUS_SUCCESS;
			event.status = SUBUNIT2_STATUS_INPROGRESS;
		} else if (pieces > 0) {
			int len = snprintf(log, sizeof(log), "%s:%u: expected <a>, got \"%u\"\n",
			                   id, next_random() % 1000, next_random());

			event.file_name = SUBUNIT2_LITERAL("log");
			event.mime_type = SUBUNIT2_LITERAL("text/plain;charset=utf8");
			event.file_bytes = (struct subunit2_view){log, (size_t)len};
			event.eof = pieces == 1;
			pieces--;
		} else {
			event.status = end;
			event.tags.count = next_random() % 3;
			event.tags.packed = (struct subunit2_view){tags, sizeof(tags) - 1};
			if (event.tags.count == 1)
				event.tags.packed.len = 5;
			pieces = -1;
		}
		event.test_id = subunit2_view_of(id);
		if (!put(output, &event))
			return false;
	}
	return true;
}

static bool
files(struct subunit2_output *output, long count)
{
	enum { LEN = 1 << 20 };
	char *bytes = malloc(LEN);
	bool good = bytes != NULL;

	for (size_t i = 0; good && i < LEN; i++)
		bytes[i] = (char)(i * 2654435761u >> 13);
	for (long i = 0; good && i < count; i++) {
		struct subunit2_event event = {
			.test_id = SUBUNIT2_LITERAL("a test with a large attachment"),
			.status = i + 1 < count ? SUBUNIT2_STATUS_NONE : SUBUNIT2_STATUS_SUCCESS,
			.file_name = SUBUNIT2_LITERAL("core"),
			.file_bytes = {bytes, LEN},
		};
		good = put(output, &event);
	}
	free(bytes);
	return good;
}

static bool
stream(long count, bool (*generate)(struct subunit2_output *output, long count))
{
	struct subunit2_output *output =
		subunit2_output_new(1, "standard output", SUBUNIT2_OUTPUT_SOLE_WRITER, NULL);
	bool good = output && generate(output, count) &&
	            subunit2_output_flush(output, NULL) == SUBUNIT2_E_OK;

	subunit2_output_free(output);
	return good;
}

static void
tap(long count)
{
	printf("1..%ld\n", count);
	for (long i = 1; i <= count; i++)
		printf("ok %ld - the answer to question %ld is right\n", i, i);
}

static void
text(long count)
{
	for (long line = 0; line < count << 14; line++)
		printf("%8ld  cc -O2 -g -Wall -Wextra -c -o some/file.o some/file.c\n", line);
}

int
main(int argc, char **argv)
{
	const char *kind = argc == 3 ? argv[1] : "";
	long count = argc == 3 ? atol(argv[2]) : 0;

	if (strcmp(kind, "packets") == 0)
		return !stream(count, packets);
	if (strcmp(kind, "mixed") == 0)
		return !stream(count, mixed);
	if (strcmp(kind, "files") == 0)
		return !stream(count, files);
	if (strcmp(kind, "tap") == 0)
		tap(count);
	else if (strcmp(kind, "text") == 0)
		text(count);
	else
		return fputs("usage: generate packets|mixed|files|tap|text COUNT\n", stderr), 2;
	return fflush(stdout) != 0;
}
