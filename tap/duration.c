/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "duration.h"

#define SECOND_NS INT64_C(1000000000)
#define SECONDS_MAX 1000000000 /* 30 years: more is not a duration */

static int64_t
tap_duration_read_unit(struct tap_bytes *text)
{
	static const struct {
		const char *name;
		int64_t ns;
	} units[] = {
		{"ns", 1}, {"us", 1000}, {"ms", TAP_MS_NS}, {"sec", SECOND_NS}, {"s", SECOND_NS}};

	struct tap_bytes at = tap_skip_spaces(*text);
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		size_t len = strlen(units[i].name);
		if (!tap_starts(at, units[i].name) || (at.len > len && tap_is_word(at.data[len])))
			continue;
		*text = tap_skip(at, len);
		return units[i].ns;
	}
	return 0;
}

int64_t
tap_duration_read(struct tap_bytes *text, int64_t unit_ns)
{
	struct tap_bytes at = *text;
	int64_t whole = 0, part = 0, scale = 1;
	if (!at.len || !tap_is_digit(*at.data))
		return TAP_NO_DURATION;
	for (; at.len && tap_is_digit(*at.data); at = tap_skip(at, 1))
		if (whole < SECONDS_MAX)
			whole = whole * 10 + (*at.data - '0');
	if (at.len > 1 && *at.data == '.' && tap_is_digit(at.data[1]))
		for (at = tap_skip(at, 1); at.len && tap_is_digit(*at.data); at = tap_skip(at, 1))
			if (scale < SECOND_NS) {
				part = part * 10 + (*at.data - '0');
				scale *= 10;
			}
	int64_t unit = tap_duration_read_unit(&at);
	if (!unit)
		unit = unit_ns;
	if (!unit || whole >= SECONDS_MAX)
		return TAP_NO_DURATION;
	*text = at;
	return whole * unit + part * unit / scale;
}

int64_t
tap_duration_note(struct tap_bytes after, struct tap_bytes *rest)
{
	static const struct {
		const char *name;
		int64_t unit_ns;
	} notes[] = {
		{"time=", 0},
		{"time = ", 0},
		{"time: ", 0},
		{"duration=", 0},
		{"duration ", 0},
		{"duration: ", 0},
		{"duration_ms ", TAP_MS_NS},
		{"in ", 0},
		{"", 0},
	};

	for (size_t i = 0; i < sizeof(notes) / sizeof(*notes); i++) {
		if (!tap_starts(after, notes[i].name))
			continue;
		struct tap_bytes at = tap_skip(after, strlen(notes[i].name));
		int64_t duration = tap_duration_read(&at, notes[i].unit_ns);
		at = tap_skip_spaces(at);
		if (duration == TAP_NO_DURATION || (at.len && *at.data != '#'))
			continue;
		*rest = at;
		return duration;
	}
	return TAP_NO_DURATION;
}

int64_t
tap_duration_yaml(struct tap_bytes line)
{
	static const char key[] = "duration_ms:";
	if (!tap_starts(line, key))
		return TAP_NO_DURATION;
	struct tap_bytes at = tap_skip_spaces(tap_skip(line, sizeof(key) - 1));
	return tap_duration_read(&at, TAP_MS_NS);
}
