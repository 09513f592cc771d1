/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The estimate of the time left, on runs that are played back: one that was recorded, with the
 * durations of a run before it, and some that are made up, without.
 */
#include "estimate.h"

#include "check.h"
#include "random_draw.h"

#include <stdlib.h>
#include <string.h>

#define TESTS_MAX 1000

struct playback {
	struct {
		char id[100];
		long known_ms, start_ms, stop_ms;
	} tests[TESTS_MAX];
	size_t count;
	long end_ms;
};

/* Returns the estimate of the time left at NOW_MS. */
static int64_t
estimate_at(const struct playback *run, long now_ms)
{
	struct estimate estimate;
	struct estimate_running running[TESTS_MAX];
	size_t count = 0;
	estimate_init(&estimate);
	estimate.expected = run->count;
	for (size_t i = 0; i < run->count; i++)
		if (run->tests[i].known_ms >= 0)
			estimate_add_known(&estimate, subunit2_view_of(run->tests[i].id),
			                   run->tests[i].known_ms);
	/* Starts and ends in the order of time. */
	for (long ms = 0; ms <= now_ms; ms++)
		for (size_t i = 0; i < run->count; i++) {
			if (run->tests[i].stop_ms == ms)
				estimate_end(&estimate, run->tests[i].known_ms,
				             run->tests[i].stop_ms - run->tests[i].start_ms);
			if (run->tests[i].start_ms == ms)
				estimate_start(&estimate, subunit2_view_of(run->tests[i].id));
		}
	for (size_t i = 0; i < run->count; i++)
		if (run->tests[i].start_ms <= now_ms && run->tests[i].stop_ms > now_ms)
			running[count++] = (struct estimate_running){
				run->tests[i].known_ms, now_ms - run->tests[i].start_ms};
	int64_t left_ms = estimate_left_ms(&estimate, running, count);
	estimate_clear(&estimate);
	return left_ms;
}

/* Returns the error of the estimate after a tenth of RUN, as a share of the time left. */
static double
error_after_a_tenth(const struct playback *run)
{
	long now_ms = run->end_ms / 10;
	double left = (double)(run->end_ms - now_ms);
	double error = ((double)estimate_at(run, now_ms) - left) / left;
	return error < 0 ? -error : error;
}

static void
check_recorded_run(void)
{
	static struct playback run;
	FILE *file = fopen("tests/fixtures/recorded-run.tsv", "r");
	CHECK(file);
	while (file && run.count < TESTS_MAX &&
	       fscanf(file, "%99s %ld %ld %ld", run.tests[run.count].id,
	              &run.tests[run.count].known_ms, &run.tests[run.count].start_ms,
	              &run.tests[run.count].stop_ms) == 4) {
		if (run.tests[run.count].stop_ms > run.end_ms)
			run.end_ms = run.tests[run.count].stop_ms;
		run.count++;
	}
	if (file)
		fclose(file);
	CHECK(run.count > 50);
	double error = error_after_a_tenth(&run);
	printf("# recorded run: error of %.0f %% after a tenth\n", 100 * error);
	CHECK(error <= 0.2);
}

/* COUNT tests in SLOTS slots, each from LEAST_MS to MOST_MS long. */
static void
make_run(struct playback *run, size_t count, unsigned slots, long least_ms, long most_ms)
{
	long free_ms[16] = {0};
	uint64_t state = 1;
	*run = (struct playback){.count = count};
	for (size_t i = 0; i < count; i++) {
		unsigned slot = 0;
		for (unsigned other = 1; other < slots; other++)
			if (free_ms[other] < free_ms[slot])
				slot = other;
		long ms = least_ms + random_draw(&state, (uint32_t)(most_ms - least_ms + 1));
		snprintf(run->tests[i].id, sizeof(run->tests[i].id), "t/%zu.t", i);
		run->tests[i].known_ms = -1;
		run->tests[i].start_ms = free_ms[slot];
		run->tests[i].stop_ms = free_ms[slot] += ms;
		if (free_ms[slot] > run->end_ms)
			run->end_ms = free_ms[slot];
	}
}

static void
check_runs_without_times(void)
{
	static struct playback run;
	make_run(&run, 400, 4, 100, 100);
	CHECK_NAMED("equal tests, four at a time", error_after_a_tenth(&run) <= 0.05);
	make_run(&run, 40, 4, 1000, 1000);
	CHECK_NAMED("few equal tests", error_after_a_tenth(&run) <= 0.2);
	make_run(&run, 400, 8, 10, 400);
	CHECK_NAMED("tests of different lengths", error_after_a_tenth(&run) <= 0.2);
	make_run(&run, 100, 1, 50, 150);
	CHECK_NAMED("one at a time", error_after_a_tenth(&run) <= 0.2);
}

static void
check_unknown(void)
{
	struct estimate estimate;
	estimate_init(&estimate);
	CHECK(estimate_left_ms(&estimate, NULL, 0) == -1);
	estimate.expected = 3;
	CHECK(estimate_left_ms(&estimate, NULL, 0) == -1);
	estimate_start(&estimate, SUBUNIT2_LITERAL("a"));
	estimate_end(&estimate, -1, 10);
	CHECK(estimate_left_ms(&estimate, NULL, 0) == 20);
	estimate_clear(&estimate);
}

int
main(void)
{
	check_recorded_run();
	check_runs_without_times();
	check_unknown();
	return check_done();
}
