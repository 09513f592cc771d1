/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Results after text in their line, at each offset, and of each length after them.
 */
#include "embedded.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

#define LEN_MAX 80
#define RESULT "ok 1 - a"

/* Returns where tap_embedded_find finds a result in the LEN bytes at TEXT, which end their line.
 * Sets *FIT. No byte after them can be read. */
static size_t
find(const char *text, size_t len, enum tap_fit *fit)
{
	struct tap_levels levels;
	struct tap_embedded line = {0};
	size_t level = TAP_NO_LEVEL;
	tap_levels_init(&levels, NULL, NULL);
	char *bytes = malloc(len);
	memcpy(bytes, text, len);
	size_t at = tap_embedded_find(&line, &levels, (struct tap_bytes){bytes, len}, true, fit,
	                              &level);
	free(bytes);
	return at;
}

/* Returns whether a result is found at AT, with text of AT bytes before it and of MORE after it. */
static bool
is_found(size_t at, size_t more)
{
	char text[2 * LEN_MAX];
	enum tap_fit fit;
	size_t len = at + strlen(RESULT) + more;
	memset(text, '.', sizeof(text));
	memcpy(text + at, RESULT, strlen(RESULT));
	return find(text, len, &fit) == at && fit == TAP_FIT_YES;
}

/* Returns whether no result is found in LEN bytes that hold CHARS again and again. */
static bool
is_text(const char *chars, size_t len)
{
	char text[2 * LEN_MAX];
	enum tap_fit fit;
	for (size_t i = 0; i < len; i++)
		text[i] = chars[i % strlen(chars)];
	return find(text, len, &fit) == len && fit == TAP_FIT_NO;
}

int
main(void)
{
	size_t missed = 0, wrong = 0;
	for (size_t at = 1; at < LEN_MAX; at++)
		for (size_t more = 0; more < 2 * LEN_MAX - at - strlen(RESULT); more++)
			missed += !is_found(at, more);
	CHECK(missed == 0);

	static const char *const texts[] = {".", "o", "k", " ", "ok", "ok. ", "o k ", "webok "};
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		for (size_t len = 1; len < 2 * LEN_MAX; len++)
			wrong += !is_text(texts[i], len);
	CHECK(wrong == 0);

	return check_done();
}
