/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "progress.h"

#include "clock.h"
#include "duration.h"
#include "estimate.h"
#include "memory.h"
#include "memory_file.h"
#include "printable.h"
#include "route_label.h"
#include "text_width.h"

#include <stdlib.h>
#include <uthash.h>

#define BAR_MAX 30
#define NAME_LEAST 12 /* columns for a name before the route is left out */

struct running {
	UT_hash_handle hh;
	int64_t since_ms;
	int64_t known_ms; /* its duration in an earlier run; -1: not known */
	size_t id_len;
	size_t key_len;
	char key[]; /* test id, NUL, routing code */
};

struct progress {
	int64_t start_ms;
	uint64_t by_status[SUBUNIT2_STATUS_XFAIL + 1];
	struct estimate estimate;
	unsigned stream; /* the stream of the last event */
	struct route_labels labels;
	struct running *running; /* in the order in which they began */
};

struct progress *
progress_new(int64_t now_ms)
{
	struct progress *progress = memory_zeroed(1, sizeof(*progress));
	progress->start_ms = now_ms;
	estimate_init(&progress->estimate);
	return progress;
}

static void
progress_forget_running(struct progress *progress)
{
	struct running *running, *next;
	HASH_ITER(hh, progress->running, running, next)
	{
		HASH_DEL(progress->running, running);
		free(running);
	}
	progress->estimate.running = 0;
}

void
progress_free(struct progress *progress)
{
	progress_forget_running(progress);
	estimate_clear(&progress->estimate);
	route_labels_clear(&progress->labels);
	free(progress);
}

void
progress_expect(struct progress *progress, uint64_t scripts)
{
	progress->estimate.expected = scripts;
}

void
progress_expect_time(struct progress *progress, struct subunit2_view id, int64_t ms)
{
	estimate_add_known(&progress->estimate, id, ms);
}

void
progress_expect_labels(struct progress *progress)
{
	progress->labels.differ = true;
}

static void
progress_start(struct progress *progress, struct running *running, int64_t now_ms, size_t id_len,
               size_t key_len)
{
	struct subunit2_view id = {running->key, id_len};
	running->since_ms = now_ms;
	running->known_ms = estimate_start(&progress->estimate, id);
	running->id_len = id_len;
	running->key_len = key_len;
	HASH_ADD_KEYPTR(hh, progress->running, running->key, key_len, running);
}

static void
progress_end(struct progress *progress, struct running *running, int64_t now_ms)
{
	estimate_end(&progress->estimate, running->known_ms, now_ms - running->since_ms);
	HASH_DEL(progress->running, running);
	free(running);
}

void
progress_event(struct progress *progress, const struct subunit2_event *event, int64_t now_ms)
{
	bool final = subunit2_status_is_final(event->status);
	struct running *running;
	/* In a live view, streams come one after the other: run has one, and report does not
	 * interleave its inputs. Tests that an earlier one left unfinished do not run any more. */
	if (event->stream != progress->stream)
		progress_forget_running(progress);
	progress->stream = event->stream;
	if (!event->runnable || !(final || event->status == SUBUNIT2_STATUS_INPROGRESS) ||
	    !subunit2_view_present(event->test_id))
		return;
	if (now_ms < progress->start_ms)
		progress->start_ms = now_ms;
	route_labels_add(&progress->labels, event->route_code);
	size_t len = event->test_id.len + 1 + event->route_code.len;
	struct running *fresh = memory_zeroed(1, sizeof(*fresh) + len);
	memcpy(fresh->key, event->test_id.data, event->test_id.len);
	if (event->route_code.len)
		memcpy(fresh->key + event->test_id.len + 1, event->route_code.data,
		       event->route_code.len);
	HASH_FIND(hh, progress->running, fresh->key, len, running);
	/* A test without a start began and ended at once. */
	if (!running) {
		progress_start(progress, fresh, now_ms, event->test_id.len, len);
		running = fresh;
	} else {
		free(fresh);
	}
	if (!final)
		return;
	progress_end(progress, running, now_ms);
	progress->by_status[event->status]++;
}

/* The parts of the first line, which are left out in turn if it is too wide. Numbers are never
 * cut. */
enum progress_part {
	PROGRESS_BAR = 1,
	PROGRESS_COUNTS = 2,
	PROGRESS_FAILED = 4, /* the counts of failures only */
	PROGRESS_SPENT = 8,
	PROGRESS_LEFT = 16,
};

static void
progress_put_bar(const struct progress *progress, FILE *line, unsigned columns, unsigned parts)
{
	uint64_t expected = progress->estimate.expected, ended = progress->estimate.ended;
	if (!expected) {
		fprintf(line, "%llu done", (unsigned long long)ended);
		return;
	}
	unsigned width = columns / 3 < BAR_MAX ? columns / 3 : BAR_MAX;
	uint64_t done = ended < expected ? ended : expected;
	unsigned filled = (unsigned)(width * done / expected);
	if (parts & PROGRESS_BAR && width >= 10) {
		putc('[', line);
		for (unsigned i = 0; i < width; i++)
			putc(i < filled ? '#' : ' ', line);
		fputs("] ", line);
	}
	fprintf(line, "%llu/%llu", (unsigned long long)ended, (unsigned long long)expected);
}

static void
progress_put_counts(const struct progress *progress, FILE *line, unsigned parts)
{
	static const struct {
		enum subunit2_status status;
		const char *word;
		bool bad;
	} counts[] = {
		{SUBUNIT2_STATUS_SUCCESS, "passed", false},
		{SUBUNIT2_STATUS_FAIL, "failed", true},
		{SUBUNIT2_STATUS_UXSUCCESS, "unexpected", true},
		{SUBUNIT2_STATUS_SKIP, "skipped", false},
		{SUBUNIT2_STATUS_XFAIL, "todo", false},
	};
	const char *between = "  ";
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		uint64_t count = progress->by_status[counts[i].status];
		if (!count || (!(parts & PROGRESS_COUNTS) && !counts[i].bad))
			continue;
		fprintf(line, "%s%llu %s", between, (unsigned long long)count, counts[i].word);
		between = ", ";
	}
}

/* Returns the time left in ms; -1: not known. */
static int64_t
progress_left_ms(const struct progress *progress, int64_t now_ms)
{
	size_t count = 0;
	struct estimate_running *list =
		memory_zeroed(HASH_COUNT(progress->running) + 1, sizeof(*list));
	for (const struct running *running = progress->running; running; running = running->hh.next)
		list[count++] =
			(struct estimate_running){running->known_ms, now_ms - running->since_ms};
	int64_t left_ms = estimate_left_ms(&progress->estimate, list, count);
	free(list);
	return left_ms;
}

static void
progress_put_times(const struct progress *progress, FILE *line, int64_t now_ms, unsigned parts)
{
	char text[DURATION_SIZE];
	int64_t spent_ms = now_ms - progress->start_ms;
	int64_t left_ms = parts & PROGRESS_LEFT ? progress_left_ms(progress, now_ms) : -1;
	if (parts & PROGRESS_SPENT)
		fprintf(line, "  %s", duration_text(spent_ms * CLOCK_MS, text));
	/* 0 is not printed: the tests that run take longer than was expected. */
	if (left_ms > 0)
		fprintf(line, "%sabout %s left", parts & PROGRESS_SPENT ? ", " : "  ",
		        duration_text(left_ms * CLOCK_MS, text));
}

unsigned
progress_put_text(FILE *file, struct subunit2_view line, unsigned columns)
{
	line = text_width_head(line, columns);
	fwrite(line.data, 1, line.len, file);
	putc('\n', file);
	return text_width(line);
}

static unsigned
progress_put_head(const struct progress *progress, FILE *file, unsigned columns, int64_t now_ms)
{
	static const unsigned variants[] = {
		PROGRESS_BAR | PROGRESS_COUNTS | PROGRESS_SPENT | PROGRESS_LEFT,
		PROGRESS_COUNTS | PROGRESS_SPENT | PROGRESS_LEFT,
		PROGRESS_COUNTS | PROGRESS_LEFT,
		PROGRESS_COUNTS,
		PROGRESS_FAILED | PROGRESS_LEFT,
		PROGRESS_FAILED,
		0,
	};
	char *text = NULL;
	size_t len = 0;
	for (size_t i = 0; i < sizeof(variants) / sizeof(*variants); i++) {
		unsigned parts = variants[i];
		free(text);
		FILE *line = memory_file(&text, &len);
		progress_put_bar(progress, line, columns, parts);
		if (parts & (PROGRESS_COUNTS | PROGRESS_FAILED))
			progress_put_counts(progress, line, parts);
		progress_put_times(progress, line, now_ms, parts);
		fclose(line);
		if (text_width((struct subunit2_view){text, len}) <= columns)
			break;
	}
	unsigned width = progress_put_text(file, (struct subunit2_view){text, len}, columns);
	free(text);
	return width;
}

/* Returns TEXT as it may be written to a terminal; to be freed. */
static char *
progress_printable(struct subunit2_view text, size_t *len)
{
	char *printable;
	FILE *file = memory_file(&printable, len);
	printable_put(file, text);
	fclose(file);
	return printable;
}

unsigned
progress_put_test(const struct progress_test *test, FILE *file, unsigned columns)
{
	char time[DURATION_SIZE];
	size_t name_len, where_len;
	char *name = progress_printable(test->id, &name_len);
	char *place = progress_printable(test->where, &where_len);
	struct subunit2_view where = {place, where_len};
	duration_text(test->ran_ms * CLOCK_MS, time);
	unsigned fixed = (unsigned)strlen(test->mark) + 2 + (unsigned)strlen(time);
	unsigned where_width = where.len ? (unsigned)strlen("  on ") + text_width(where) : 0;
	if (fixed + where_width + NAME_LEAST > columns)
		where_width = 0;
	fixed += where_width;

	struct buffer line = {0};
	buffer_add(&line, subunit2_view_of(test->mark));
	text_width_add_shortened(&line, (struct subunit2_view){name, name_len},
	                         fixed < columns ? columns - fixed : 0);
	buffer_add(&line, SUBUNIT2_LITERAL("  "));
	buffer_add(&line, subunit2_view_of(time));
	if (where_width) {
		buffer_add(&line, SUBUNIT2_LITERAL("  on "));
		buffer_add(&line, where);
	}
	unsigned width = progress_put_text(file, buffer_view(&line), columns);
	buffer_clear(&line);
	free(name);
	free(place);
	return width;
}

/* If tests run at several places, the line says where this one does. */
static unsigned
progress_put_running(struct progress *progress, const struct running *running, FILE *file,
                     unsigned columns, int64_t now_ms)
{
	size_t after_id = running->id_len + 1;
	struct subunit2_view route = {running->key + after_id, running->key_len - after_id};
	struct progress_test test = {
		.mark = "  ",
		.id = {running->key, running->id_len},
		.where = route_labels_shown(&progress->labels, route),
		.ran_ms = now_ms - running->since_ms,
	};
	return progress_put_test(&test, file, columns);
}

unsigned
progress_put(struct progress *progress, FILE *file, unsigned columns, unsigned lines,
             int64_t now_ms, unsigned *widths)
{
	const struct running *running = progress->running;
	unsigned put = 0;
	if (!lines)
		return 0;
	widths[put++] = progress_put_head(progress, file, columns, now_ms);
	for (; running && put < lines; put++, running = running->hh.next) {
		char more[48];
		if (put + 1 < lines || !running->hh.next) {
			widths[put] =
				progress_put_running(progress, running, file, columns, now_ms);
			continue;
		}
		unsigned shown = put - 1, all = HASH_COUNT(progress->running);
		snprintf(more, sizeof(more), "  and %u more", all - shown);
		widths[put] = progress_put_text(file, subunit2_view_of(more), columns);
	}
	return put;
}
