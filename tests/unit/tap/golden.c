/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Every tests/fixtures/tap/NAME.tap gives the lines of NAME.events, however it
 * is split. With UPDATE=1 in the environment the lines are written instead.
 *
 * NAME says how it is read: "forced-…" as declared TAP, "strict-…" strictly, "automake-…" with
 * automake's directives, "ktap-…" as KTAP, "any-…" with one line of TAP as proof.
 */
#include "check.h"
#include "tap_transcript.h"

#include <glob.h>

static char *
read_file(const char *path, size_t *len)
{
	FILE *file = fopen(path, "rb");
	char *bytes = NULL;
	*len = 0;
	if (!file)
		return NULL;
	for (size_t size = 4096;; size *= 2) {
		bytes = realloc(bytes, size + 1);
		*len += fread(bytes + *len, 1, size - *len, file);
		if (*len < size)
			break;
	}
	bytes[*len] = '\0';
	fclose(file);
	return bytes;
}

static size_t
one_byte(void *context)
{
	(void)context;
	return 1;
}

/* 1 to 40 bytes. */
static size_t
some_bytes(void *context)
{
	uint32_t *state = context;
	*state = *state * 1664525 + 1013904223;
	return 1 + (*state >> 16) % 40;
}

static void
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	if (!file || fputs(text, file) < 0 || fclose(file) != 0)
		abort();
}

static void
check_fixture(const char *path)
{
	char expected_path[512], name[600];
	const char *base = strrchr(path, '/') + 1;
	const struct tap_options options = {
		.script = SUBUNIT2_LITERAL("t"),
		.forced = strncmp(base, "forced-", 7) == 0,
		.strict = strncmp(base, "strict-", 7) == 0,
		.automake = strncmp(base, "automake-", 9) == 0,
		.ktap = strncmp(base, "ktap-", 5) == 0,
		.any_line = strncmp(base, "any-", 4) == 0,
	};
	snprintf(expected_path, sizeof(expected_path), "%.*s.events", (int)strlen(path) - 4, path);
	size_t len, expected_len;
	uint32_t state = 1;
	char *bytes = read_file(path, &len);
	struct subunit2_view input = {bytes, len};
	char *whole = tap_transcript_with(input, options, NULL, NULL);
	char *by_byte = tap_transcript_with(input, options, one_byte, NULL);
	char *random = tap_transcript_with(input, options, some_bytes, &state);
	if (getenv("UPDATE"))
		write_file(expected_path, whole);
	char *expected = read_file(expected_path, &expected_len);

	snprintf(name, sizeof(name), "%s: events", base);
	if (!CHECK_NAMED(name, expected && strcmp(whole, expected) == 0))
		printf("# expected:\n%s\n# got:\n%s\n", expected ? expected : "", whole);
	snprintf(name, sizeof(name), "%s: byte by byte", base);
	if (!CHECK_NAMED(name, strcmp(whole, by_byte) == 0))
		printf("# whole:\n%s\n# byte by byte:\n%s\n", whole, by_byte);
	snprintf(name, sizeof(name), "%s: random pieces", base);
	CHECK_NAMED(name, strcmp(whole, random) == 0);
	free(bytes);
	free(whole);
	free(by_byte);
	free(random);
	free(expected);
}

int
main(void)
{
	glob_t found;
	if (!CHECK(glob("tests/fixtures/tap/*.tap", 0, NULL, &found) == 0))
		return check_done();
	for (size_t i = 0; i < found.gl_pathc; i++)
		check_fixture(found.gl_pathv[i]);
	globfree(&found);
	return check_done();
}
