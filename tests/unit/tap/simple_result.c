/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Results in their most frequent form: tap_simple_result_read reads them as tap_line_read does.
 */
#include "simple_result.h"
#include "check.h"

#define LINE_MAX 200

static bool
is_same(struct tap_bytes a, struct tap_bytes b)
{
	return a.len == b.len && (a.data == b.data || (!a.len && !a.data == !b.data));
}

static bool
descriptions_agree(const struct tap_description *a, const struct tap_description *b)
{
	return is_same(a->name, b->name) && is_same(a->tail, b->tail) && a->literal == b->literal &&
	       a->directive == b->directive && is_same(a->reason, b->reason) &&
	       a->duration_ns == b->duration_ns && a->dashed == b->dashed &&
	       a->name_after == b->name_after && a->opens == b->opens;
}

static bool
lines_agree(const struct tap_line *a, const struct tap_line *b)
{
	return a->kind == b->kind && a->indent == b->indent && is_same(a->text, b->text) &&
	       is_same(a->body, b->body) && a->ktap == b->ktap && a->ok == b->ok &&
	       a->has_number == b->has_number && a->number == b->number &&
	       descriptions_agree(&a->description, &b->description) && is_same(a->list, b->list);
}

/* Reads TEXT as a line with another one after it. Sets *READ to whether it is a simple result.
 * Returns false if tap_line_read disagrees. */
static bool
agrees(const char *text, bool *read)
{
	char bytes[LINE_MAX + 32];
	struct tap_line simple, line;
	struct tap_bytes raw = {NULL, 0};
	int len = snprintf(bytes, sizeof(bytes), "%s\nok 2 - the next line", text);
	*read = tap_simple_result_read(&simple, (struct tap_bytes){bytes, (size_t)len}, &raw);
	if (!*read)
		return raw.data == NULL;
	tap_line_read(&line, raw);
	return raw.data == bytes && raw.len == strlen(text) + 1 && lines_agree(&simple, &line);
}

static const char *const simple[] = {
	"ok 1 - name",
	"ok 1 name",
	"ok 1 -name",
	"ok 1 - - name",
	"ok 1 --",
	"ok 0 x",
	"ok 007 - x",
	"ok 9999999999999999999 - 19 digits",
	"ok 1 - a {b}",
	"ok 1 - a colored [32m",
	"ok 1 ok 2 - x",
	"ok 1 - test in 12ms",  /* no duration after a dash */
	"ok 1 test in 12ms",    /* a duration: the end of the name is cut */
	"ok 1 - took  (0.12s)", /* the same */
	"ok 1 - x - [12 ms] - y",
	"ok 1 Chrome - [12 ms] - y", /* the name has a tail */
	"ok 1 - file.c:core:test: Passed",
	"ok 1 - exactly 32 bytes long....",
	"ok 1 - one more than 32 bytes....",
	"ok 1 - a name that is a good deal longer than several blocks of sixteen bytes",
};

static const char *const others[] = {
	"",
	"o",
	"ok",
	"ok ",
	"ok 1",
	"ok 1 ",
	"ok 1 -",
	"ok 1 - ",
	"ok 1 - -",
	"ok 1  name",
	"ok 1 -  name",
	"ok 1 - name ",
	"ok 1 - name\r",
	"ok 1 - name {",
	"ok 1 - {",
	"ok 1 - na#me",
	"ok 1 - na\\me",
	"ok 1 - na\x1bme",
	"ok 1 - n\xc3\xa4me",
	"ok 1\t- name",
	"ok 1 -\tname",
	"ok 1.5 s",
	"ok 2nd try",
	"ok - name",
	"ok  1 - name",
	"ok 99999999999999999999 - 20 digits",
	"not ok 1 - name",
	" ok 1 - name",
	"okay 1 - name",
	"on 1 - name",
	"nk 1 - name",
	"OK 1 - name",
	"1..2",
};

/* Each byte, in each place of a line. */
static bool
every_byte_agrees(void)
{
	static const char line[] = "ok 12 - some name (3s)";
	bool good = true, read;
	for (size_t at = 0; at < sizeof(line) - 1; at++)
		for (int byte = 1; byte <= 0xff; byte++) {
			char text[sizeof(line)];
			memcpy(text, line, sizeof(line));
			text[at] = (char)byte;
			good &= agrees(text, &read) || byte == '\n';
		}
	return good;
}

/* Lines of pieces that a result consists of. Sets *COUNT to how many were simple results. */
static bool
random_lines_agree(unsigned rounds, unsigned *count)
{
	static const char *const pieces[] = {
		" ",       " ",
		" ",       "-",
		" - ",     "ok",
		"1",       "20",
		"name",    "s",
		"c",       "d",
		"m",       ")",
		"{",       "[",
		"]",       ":",
		" in 3ms", "  (4s)",
		"#",       "\\",
		"\r",      "\t",
		"\x1b[0m", " - [5 ms] - ",
	};
	bool good = true, read;
	*count = 0;
	srand(1);
	for (unsigned i = 0; i < rounds; i++) {
		char text[LINE_MAX] = "ok 1 ";
		for (int left = rand() % 8; left > 0; left--)
			strcat(text, pieces[(size_t)rand() % (sizeof(pieces) / sizeof(*pieces))]);
		good &= agrees(text, &read);
		*count += read;
	}
	return good;
}

/* Returns whether a line is left alone unless enough bytes follow it; no other bytes are read. */
static bool
near_end_is_declined(void)
{
	static const char text[] = "ok 1 - name\n0123456789abcdef";
	bool good = true;
	for (size_t len = 0; len < sizeof(text); len++) {
		char *bytes = malloc(len + !len); /* so that sanitizers see its end */
		struct tap_line line;
		struct tap_bytes raw;
		memcpy(bytes, text, len);
		bool read = tap_simple_result_read(&line, (struct tap_bytes){bytes, len}, &raw);
		good &= len < 16 ? !read : read && raw.len == 12;
		free(bytes);
	}
	return good;
}

int
main(void)
{
	bool read;
	for (size_t i = 0; i < sizeof(simple) / sizeof(*simple); i++)
		CHECK_NAMED(simple[i], agrees(simple[i], &read) && read);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		printf("# %s\n", others[i]);
		CHECK_NAMED("another line", agrees(others[i], &read) && !read);
	}
	CHECK(every_byte_agrees());
	unsigned rounds = check_rounds(200000), count;
	CHECK(random_lines_agree(rounds, &count));
	CHECK(count > rounds / 10);
	CHECK(near_end_is_declined());
	return check_done();
}
