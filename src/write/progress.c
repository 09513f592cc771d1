/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "progress.h"

#include "clock.h"
#include "duration.h"
#include "memory.h"
#include "memory_file.h"
#include "printable.h"

#include <locale.h>
#include <stdlib.h>
#include <uthash.h>
#include <wchar.h>

#define BAR_MAX 30

struct running {
	UT_hash_handle hh;
	int64_t since_ms;
	size_t id_len;
	size_t key_len;
	char key[]; /* test id, NUL, routing code */
};

struct progress {
	int64_t start_ms;
	uint64_t expected, done;
	uint64_t by_status[SUBUNIT2_STATUS_XFAIL + 1];
	unsigned stream;         /* that is read */
	struct running *running; /* in the order in which they began */
	locale_t locale;         /* in which characters have widths */
};

struct progress *
progress_new(int64_t now_ms)
{
	struct progress *progress = memory_zeroed(1, sizeof(*progress));
	progress->start_ms = now_ms;
	progress->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
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
}

void
progress_free(struct progress *progress)
{
	progress_forget_running(progress);
	if (progress->locale)
		freelocale(progress->locale);
	free(progress);
}

void
progress_expect(struct progress *progress, uint64_t scripts)
{
	progress->expected = scripts;
}

void
progress_event(struct progress *progress, const struct subunit2_event *event, int64_t now_ms)
{
	bool final = subunit2_status_is_final(event->status);
	struct running *running;
	/* What the stream before this one has left open does not run any more. */
	if (event->stream != progress->stream)
		progress_forget_running(progress);
	progress->stream = event->stream;
	if (!event->runnable || !(final || event->status == SUBUNIT2_STATUS_INPROGRESS) ||
	    !subunit2_view_present(event->test_id))
		return;
	if (now_ms < progress->start_ms)
		progress->start_ms = now_ms;
	size_t len = event->test_id.len + 1 + event->route_code.len;
	struct running *fresh = memory_zeroed(1, sizeof(*fresh) + len);
	memcpy(fresh->key, event->test_id.data, event->test_id.len);
	if (event->route_code.len)
		memcpy(fresh->key + event->test_id.len + 1, event->route_code.data,
		       event->route_code.len);
	HASH_FIND(hh, progress->running, fresh->key, len, running);
	if (!final && !running) {
		fresh->since_ms = now_ms;
		fresh->id_len = event->test_id.len;
		fresh->key_len = len;
		HASH_ADD_KEYPTR(hh, progress->running, fresh->key, len, fresh);
		return;
	}
	free(fresh);
	if (!final)
		return;
	if (running) {
		HASH_DEL(progress->running, running);
		free(running);
	}
	progress->done++;
	progress->by_status[event->status]++;
}

/* The leading part of LINE that is at most COLUMNS wide, in bytes. */
static size_t
progress_fitting(const struct progress *progress, const char *line, size_t len, unsigned columns)
{
	mbstate_t state = {0};
	size_t at = 0;
	unsigned width = 0;
	locale_t before = progress->locale ? uselocale(progress->locale) : (locale_t)0;
	while (at < len) {
		wchar_t character;
		size_t used = mbrtowc(&character, line + at, len - at, &state);
		int wide = 1;
		if (used == 0 || used > len - at) {
			used = 1;
			state = (mbstate_t){0};
		} else {
			wide = wcwidth(character);
		}
		if (wide > 0 && width + (unsigned)wide > columns)
			break;
		width += wide > 0 ? (unsigned)wide : 0;
		at += used;
	}
	if (before)
		uselocale(before);
	return at;
}

static void
progress_put_bar(const struct progress *progress, FILE *line, unsigned columns)
{
	if (!progress->expected) {
		fprintf(line, "%llu done", (unsigned long long)progress->done);
		return;
	}
	unsigned width = columns / 3 < BAR_MAX ? columns / 3 : BAR_MAX;
	uint64_t done = progress->done < progress->expected ? progress->done : progress->expected;
	unsigned filled = (unsigned)(width * done / progress->expected);
	if (width >= 10) {
		putc('[', line);
		for (unsigned i = 0; i < width; i++)
			putc(i < filled ? '#' : ' ', line);
		fputs("] ", line);
	}
	fprintf(line, "%llu/%llu", (unsigned long long)progress->done,
	        (unsigned long long)progress->expected);
}

static void
progress_put_counts(const struct progress *progress, FILE *line)
{
	static const struct {
		enum subunit2_status status;
		const char *word;
	} counts[] = {
		{SUBUNIT2_STATUS_SUCCESS, "passed"},       {SUBUNIT2_STATUS_FAIL, "failed"},
		{SUBUNIT2_STATUS_UXSUCCESS, "unexpected"}, {SUBUNIT2_STATUS_SKIP, "skipped"},
		{SUBUNIT2_STATUS_XFAIL, "todo"},
	};
	const char *between = "  ";
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		uint64_t count = progress->by_status[counts[i].status];
		if (!count)
			continue;
		fprintf(line, "%s%llu %s", between, (unsigned long long)count, counts[i].word);
		between = ", ";
	}
}

static void
progress_put_time(const struct progress *progress, FILE *line, int64_t now_ms)
{
	char text[DURATION_SIZE];
	int64_t spent_ms = now_ms - progress->start_ms;
	fprintf(line, "  %s", duration_text(spent_ms * CLOCK_MS, text));
	if (progress->done && progress->expected > progress->done) {
		double each_ms = (double)spent_ms / (double)progress->done;
		double left_ms = each_ms * (double)(progress->expected - progress->done);
		fprintf(line, ", about %s left",
		        duration_text((int64_t)(left_ms * CLOCK_MS), text));
	}
}

/* The line in MEMORY, cut and ended, to FILE; closes MEMORY. */
static void
progress_put_line(const struct progress *progress, FILE *file, FILE *memory, char **text,
                  size_t *len, unsigned columns)
{
	fclose(memory);
	fwrite(*text, 1, progress_fitting(progress, *text, *len, columns), file);
	putc('\n', file);
	free(*text);
	*text = NULL;
}

static void
progress_put_head(const struct progress *progress, FILE *file, unsigned columns, int64_t now_ms)
{
	char *text = NULL;
	size_t len = 0;
	FILE *line = memory_file(&text, &len);
	progress_put_bar(progress, line, columns);
	progress_put_counts(progress, line);
	progress_put_time(progress, line, now_ms);
	progress_put_line(progress, file, line, &text, &len, columns);
}

static void
progress_put_running(const struct progress *progress, const struct running *running, FILE *file,
                     unsigned columns, int64_t now_ms)
{
	char *text = NULL, time[DURATION_SIZE];
	size_t len = 0;
	FILE *line = memory_file(&text, &len);
	fputs("  ", line);
	printable_put(line, (struct subunit2_view){running->key, running->id_len});
	fprintf(line, "  %s", duration_text((now_ms - running->since_ms) * CLOCK_MS, time));
	progress_put_line(progress, file, line, &text, &len, columns);
}

unsigned
progress_put(const struct progress *progress, FILE *file, unsigned columns, unsigned lines,
             int64_t now_ms)
{
	const struct running *running = progress->running;
	unsigned put = 0;
	if (!lines)
		return 0;
	progress_put_head(progress, file, columns, now_ms);
	for (put = 1; running && put < lines; put++, running = running->hh.next) {
		if (put + 1 == lines && running->hh.next) {
			unsigned shown = put - 1, all = HASH_COUNT(progress->running);
			char *text = NULL;
			size_t len = 0;
			FILE *line = memory_file(&text, &len);
			fprintf(line, "  and %u more", all - shown);
			progress_put_line(progress, file, line, &text, &len, columns);
			continue;
		}
		progress_put_running(progress, running, file, columns, now_ms);
	}
	return put;
}
