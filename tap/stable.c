/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "stable.h"

#include "duration.h"

enum place {
	AT_END, /* BEFORE, a number, AFTER at the end of the name */
	WITHIN, /* the same within it */
	REST,   /* BEFORE, and all that follows */
	FIELDS, /* the text after "FILE:CASE:TEST", as libcheck writes it */
};

static const struct form {
	enum place place;
	const char *before, *after;
	bool whole;      /* the number has no fraction */
	bool dashed;     /* also where "- " stands before the name */
	bool on_failure; /* only where the line begins with "not ok" */
} forms[] = {
	{AT_END, " in ", "ms", true, false, false},        /* bats */
	{AT_END, " in ", "sec", true, false, false},       /* bats */
	{AT_END, "  ", " ms", true, true, false},          /* PostgreSQL */
	{AT_END, " timed out (", "s)", false, true, true}, /* Criterion */
	{AT_END, "  (", "s)", false, true, false},         /* Criterion */
	{AT_END, "  (", "ms)", false, true, false},
	{WITHIN, " - [", " ms] - ", false, false, false},           /* testem */
	{REST, " unexpected signal after ", "", false, true, true}, /* Criterion */
	{REST, " Could not run test: ", "", false, true, true},     /* cmocka */
	{REST, " [  FAILED  ] ", "", false, true, true},            /* cmocka, of a group */
	{FIELDS, ": ", "Passed", false, true, false},               /* libcheck */
};

/* Returns the duration in the digits that end at END in NAME, in the unit that AFTER names. Sets
 * *BEGIN to the offset of the first digit. */
static int64_t
tap_stable_number_before(struct tap_bytes name, size_t end, const struct form *form, size_t *begin)
{
	*begin = end;
	while (*begin && (tap_is_digit(name.data[*begin - 1]) ||
	                  (!form->whole && name.data[*begin - 1] == '.')))
		--*begin;
	struct tap_bytes rest = tap_skip(name, *begin);
	return tap_duration_read(&rest, 0);
}

static int64_t
tap_stable_cut_end(struct tap_bytes *name, const struct form *form)
{
	size_t after_len = strlen(form->after), before_len = strlen(form->before), begin;
	if (name->len < after_len ||
	    memcmp(name->data + name->len - after_len, form->after, after_len) != 0)
		return TAP_NO_DURATION;
	int64_t duration = tap_stable_number_before(*name, name->len - after_len, form, &begin);
	if (duration == TAP_NO_DURATION || begin < before_len ||
	    memcmp(name->data + begin - before_len, form->before, before_len) != 0)
		return TAP_NO_DURATION;
	*name = tap_trim_end((struct tap_bytes){name->data, begin - before_len});
	return duration;
}

/* Cuts the duration out of NAME, but keeps the three bytes " - " before it. */
static int64_t
tap_stable_cut_within(struct tap_bytes *name, struct tap_bytes *tail, const struct form *form)
{
	size_t before_len = strlen(form->before), after_len = strlen(form->after);
	const char *hit = memmem(name->data, name->len, form->before, before_len);
	if (!hit)
		return TAP_NO_DURATION;
	struct tap_bytes rest = tap_skip(*name, (size_t)(hit - name->data) + before_len);
	const char *end = memmem(rest.data, rest.len, form->after, after_len);
	size_t begin;
	if (!end)
		return TAP_NO_DURATION;
	int64_t duration = tap_stable_number_before(rest, (size_t)(end - rest.data), form, &begin);
	if (duration == TAP_NO_DURATION || begin > 0)
		return TAP_NO_DURATION;
	*tail = tap_skip(rest, (size_t)(end - rest.data) + after_len);
	name->len = (size_t)(hit - name->data) + strlen(" - ");
	return duration;
}

static void
tap_stable_cut_rest(struct tap_bytes *name, const struct form *form)
{
	const char *hit = memmem(name->data, name->len, form->before, strlen(form->before));
	if (hit)
		name->len = (size_t)(hit - name->data);
}

/* Returns the length of the field at the start of TEXT, which a colon ends; 0: not one. */
static size_t
tap_stable_field_len(struct tap_bytes text)
{
	const char *colon = memchr(text.data, ':', text.len);
	return colon ? (size_t)(colon - text.data) : 0;
}

/* Cuts NAME after "FILE.c:CASE:TEST", which ": Passed" follows if the test passed, else the
 * message of the failure. */
static void
tap_stable_cut_fields(struct tap_bytes *name, const struct form *form, bool ok)
{
	size_t file = tap_stable_field_len(*name);
	if (file == 0 || !memchr(name->data, '.', file) || memchr(name->data, ' ', file))
		return;
	size_t test = file + 1 + tap_stable_field_len(tap_skip(*name, file + 1)) + 1;
	size_t end = test;
	while (end < name->len && (tap_is_word(name->data[end]) || name->data[end] == '_'))
		end++;
	struct tap_bytes rest = tap_skip(*name, end);
	if (test == file + 2 || end == test || !tap_starts(rest, form->before))
		return;
	rest = tap_skip(rest, strlen(form->before));
	if (ok && (rest.len != strlen(form->after) || !tap_starts(rest, form->after)))
		return;
	name->len = end;
}

/* Returns what follows NAME in WHOLE, which begins with NAME, without white space around it. */
static struct tap_bytes
tap_stable_after(struct tap_bytes whole, struct tap_bytes name)
{
	struct tap_bytes rest = tap_skip(whole, name.len);
	if (tap_starts(rest, ":"))
		rest = tap_skip(rest, 1);
	return tap_trim_end(tap_skip_spaces(rest));
}

int64_t
tap_stable_cut(struct tap_bytes *name, struct tap_bytes *tail, struct tap_bytes *mark,
               struct tap_name_of line)
{
	int64_t duration = TAP_NO_DURATION;
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		const struct form *form = &forms[i];
		if ((line.dashed && !form->dashed) || (line.ok && form->on_failure))
			continue;
		struct tap_bytes whole = *name;
		if (form->place == REST)
			tap_stable_cut_rest(name, form);
		else if (form->place == FIELDS)
			tap_stable_cut_fields(name, form, line.ok);
		else if (duration == TAP_NO_DURATION)
			duration = form->place == AT_END ? tap_stable_cut_end(name, form)
			                                 : tap_stable_cut_within(name, tail, form);
		if (!line.ok && name->len < whole.len &&
		    (form->on_failure || form->place == FIELDS))
			*mark = tap_stable_after(whole, *name);
	}
	return duration;
}
