/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Documents of TAP: lines in a random order, at random columns.
 */
#ifndef TAP_MIXTURE_H
#define TAP_MIXTURE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define TAP_MIXTURE_MAX 8192 /* bytes of a document */

static const char *const tap_mixture_lines[] = {
	"ok",
	"ok 1",
	"ok 1 - a",
	"ok 2 - b",
	"ok 3 - c # SKIP why",
	"ok 2 - d # TODO why",
	"not ok 1 - a",
	"not ok 2 - e # TODO",
	"not ok 3 f in 5ms",
	"ok - g",
	"ok 1 - block {",
	"not ok 2 - block { # TODO why",
	"ok 1 # skip name (why)",
	"ok 1 a - [5 ms] - b",
	"not ok 4 /path - message",
	"not ok a.c:Case:test: message",
	"}",
	"{",
	"1..0 # SKIP none",
	"1..1",
	"1..2",
	"1..3 todo 2",
	"TAP version 13",
	"TAP version 14",
	"KTAP version 1",
	"# Subtest",
	"# Subtest: a",
	"# Subtest: b",
	"# selftests: dir: test",
	"# comment",
	"# random seed: 5",
	"# rng-seed: 5",
	"# ok 1 - in a comment",
	"# 1..1",
	"# # Subtest: deep",
	"#   Failed test 'a'",
	"pragma +strict",
	"pragma -strict",
	"---",
	"a: b",
	"duration_ms: 5",
	"...",
	"Bail out! why",
	"text",
	"text ok 2 - after",
	"text not ok 3 - after",
	"text not \033[1mok 2 - after",
	"and ... ok 2",
	"t/a.t ..",
	"t/b.t .. ",
	"Failed 1/2 subtests",
	"[    0.000000] Linux version 6.6.0",
	"[    1.234567] ok 1 a",
	"\033[32mok 1 - colored\033[0m",
	"",
	"ok \xff bytes",
	"# \xff bytes",
};

static uint32_t tap_mixture_state = 1;

static inline uint32_t
tap_mixture_random(uint32_t limit)
{
	tap_mixture_state = tap_mixture_state * 1664525 + 1013904223;
	return (tap_mixture_state >> 8) % limit;
}

/* Write 1 to 25 lines to MIXTURE and return their length. Most lines stand at a column near that
 * of the line before. */
static inline size_t
tap_mixture_make(char mixture[TAP_MIXTURE_MAX])
{
	static const uint8_t columns[] = {0, 0, 0, 4, 4, 8, 2, 3};
	size_t len = 0, column = 0;
	for (uint32_t count = 1 + tap_mixture_random(25); count > 0; count--) {
		const char *line = tap_mixture_lines[tap_mixture_random(
			sizeof(tap_mixture_lines) / sizeof(*tap_mixture_lines))];
		if (tap_mixture_random(3) == 0)
			column = columns[tap_mixture_random(sizeof(columns))];
		len += (size_t)snprintf(mixture + len, TAP_MIXTURE_MAX - len, "%*s%s%s",
		                        (int)column, "", line,
		                        tap_mixture_random(20) ? "\n" : "\r\n");
	}
	/* The last line may have no end. */
	return tap_mixture_random(5) ? len : len - 1;
}

#endif
