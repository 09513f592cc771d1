/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "estimate.h"

#define SCALE_MAX 10.0 /* how much faster or slower than before a run is taken to be */

void
estimate_init(struct estimate *estimate)
{
	*estimate = (struct estimate){.expected = 0};
	name_table_init(&estimate->known);
}

void
estimate_clear(struct estimate *estimate)
{
	name_table_clear(&estimate->known);
}

static uint64_t *
estimate_find(struct estimate *estimate, struct subunit2_view id)
{
	return name_table_number(&estimate->known, name_table_hash(&estimate->known, id));
}

void
estimate_add_known(struct estimate *estimate, struct subunit2_view id, int64_t ms)
{
	uint64_t *number = estimate_find(estimate, id);
	if (*number || ms < 0)
		return;
	*number = (uint64_t)ms + 1;
	estimate->known_left++;
	estimate->known_left_ms += (double)ms;
}

int64_t
estimate_start(struct estimate *estimate, struct subunit2_view id)
{
	estimate->started++;
	if (++estimate->running > estimate->slots)
		estimate->slots = estimate->running;
	if (estimate->known.count == 0)
		return -1;
	uint64_t *number = estimate_find(estimate, id);
	int64_t ms = (int64_t)*number - 1;
	if (ms >= 0 && estimate->known_left > 0) {
		estimate->known_left--;
		estimate->known_left_ms -= (double)ms;
	}
	return ms;
}

void
estimate_end(struct estimate *estimate, int64_t known_ms, int64_t took_ms)
{
	estimate->running -= estimate->running > 0;
	estimate->ended++;
	estimate->ended_ms += (double)took_ms;
	if (known_ms < 0)
		return;
	estimate->ended_known_ms += (double)took_ms;
	estimate->ended_expected_ms += (double)known_ms;
}

/* Returns the factor by which tests take longer in this run than before. */
static double
estimate_scale(const struct estimate *estimate)
{
	if (estimate->ended_expected_ms <= 0 || estimate->ended_known_ms <= 0)
		return 1;
	double scale = estimate->ended_known_ms / estimate->ended_expected_ms;
	return scale > SCALE_MAX ? SCALE_MAX : scale < 1 / SCALE_MAX ? 1 / SCALE_MAX : scale;
}

/* Returns the mean duration of a test. Tests that run longer than the mean of those that ended
 * count with the time so far: short tests end first. */
static double
estimate_mean_ms(const struct estimate *estimate, const struct estimate_running *running,
                 size_t count)
{
	double sum = estimate->ended_ms, tests = (double)estimate->ended;
	double mean = tests > 0 ? sum / tests : 0;
	for (size_t i = 0; i < count; i++)
		if ((double)running[i].elapsed_ms > mean) {
			sum += (double)running[i].elapsed_ms;
			tests++;
		}
	return tests > 0 ? sum / tests : 0;
}

int64_t
estimate_left_ms(const struct estimate *estimate, const struct estimate_running *running,
                 size_t count)
{
	if (estimate->expected <= estimate->ended ||
	    (estimate->ended == 0 && estimate->known.count == 0))
		return -1;
	double scale = estimate_scale(estimate);
	double mean = estimate_mean_ms(estimate, running, count), longest = 0;
	if (estimate->ended == 0 && estimate->known_left > 0)
		mean = estimate->known_left_ms / (double)estimate->known_left;
	double left = estimate->known_left_ms * scale;
	uint64_t begun = estimate->started + estimate->known_left;
	if (estimate->expected > begun)
		left += mean * (double)(estimate->expected - begun);
	for (size_t i = 0; i < count; i++) {
		double whole = running[i].known_ms < 0 ? mean : (double)running[i].known_ms * scale;
		double rest = whole - (double)running[i].elapsed_ms;
		left += rest > 0 ? rest : 0;
		longest = rest > longest ? rest : longest;
	}
	left /= estimate->slots > 0 ? estimate->slots : 1;
	return (int64_t)(left > longest ? left : longest);
}
