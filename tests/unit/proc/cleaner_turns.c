/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The turns of the cleaner, with removals that the test replaces: each has so many steps, and takes
 * so long, as the test says. */
#include "check.h"
#include "cleaner.h"

#include "clock.h"
#include "removal.h"
#include "still_clock.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define S STILL_CLOCK_S
#define MS EVENT_LOOP_MS

struct removal {
	char name;
	int steps; /* that are left */
	const char *problem;
	bool open;
};

static int64_t step_ns; /* the time that a step takes */
static struct removal removals[8];
static size_t made, freed;
static char steps[64]; /* the names of the removals, one a step */

int
ppoll(struct pollfd *polls, nfds_t count, const struct timespec *wait, const sigset_t *mask)
{
	(void)mask;
	if (wait)
		now_ns += wait->tv_sec * S + wait->tv_nsec;
	return poll(polls, count, 0);
}

/* PATH: a letter, the number of steps, and "!" if a problem is left. */
struct removal *
removal_new(const char *path)
{
	struct removal *removal = &removals[made++];
	*removal = (struct removal){.name = path[0],
	                            .steps = atoi(path + 1),
	                            .problem = strchr(path, '!') ? path : NULL};
	return removal;
}

void
removal_free(struct removal *removal)
{
	freed++;
	removal->name = '-';
}

bool
removal_run(struct removal *removal, int64_t until_ns)
{
	do {
		size_t len = strlen(steps);
		if (len < sizeof(steps) - 1)
			steps[len] = removal->name;
		removal->open = true;
		removal->steps--;
		now_ns += step_ns;
	} while (removal->steps > 0 && clock_ns() < until_ns);
	return removal->steps <= 0;
}

void
removal_pause(struct removal *removal)
{
	removal->open = false;
}

const char *
removal_problem(const struct removal *removal)
{
	return removal->problem;
}

const char *
removal_path(const struct removal *removal)
{
	return removal->problem ? removal->problem : "path";
}

static struct event_loop *loop;
static struct cleaner *cleaner;
static char heard[128]; /* for each call its letter, and "(PROBLEM)" if it has one */

static void
hear(char letter, const char *problem)
{
	size_t len = strlen(heard);
	snprintf(heard + len, sizeof(heard) - len, problem ? "%c(%s)" : "%c", letter, problem);
}

static void
on_late(void *context, const char *problem)
{
	hear(context == &loop ? 'L' : '?', problem);
}

static void
on_done(void *context, const char *problem)
{
	hear(*(const char *)context, problem);
}

static struct cleaner_task *
remove_waited(const char *path)
{
	return cleaner_remove(cleaner, path, on_done, (void *)path);
}

static void
begin(int64_t step_takes_ns)
{
	loop = event_loop_new();
	cleaner = cleaner_new(loop, on_late, &loop);
	made = freed = 0;
	step_ns = step_takes_ns;
	heard[0] = '\0';
	memset(steps, 0, sizeof(steps));
}

static void
end(void)
{
	cleaner_free(cleaner);
	/* All timers are stopped. */
	now_ns += 3 * S;
	event_loop_turn(loop);
	event_loop_free(loop);
}

/* One turn. Returns true if it took STEPS, and the calls since the last turn were CALLS. */
static bool
turn(const char *expected_steps, const char *calls)
{
	memset(steps, 0, sizeof(steps));
	event_loop_turn(loop);
	bool same = strcmp(steps, expected_steps) == 0 && strcmp(heard, calls) == 0;
	if (!same)
		printf("# %s and %s, not %s and %s\n", steps, heard, expected_steps, calls);
	heard[0] = '\0';
	return same;
}

static void
test_turns(void)
{
	begin(10 * MS);
	remove_waited("a3");
	remove_waited("b2!");
	remove_waited("c1");
	cleaner_remove(cleaner, "x1", NULL, NULL);
	cleaner_remove(cleaner, "y2!", NULL, NULL);
	CHECK_NAMED("removals that are waited for take turns of 10 ms",
	            turn("a", "") && turn("b", "") && turn("c", "c"));
	CHECK(turn("a", "") && turn("b", "b(b2!)") && turn("a", "a") && freed == 3);
	CHECK_NAMED("the others follow, one after the other",
	            turn("x", "") && turn("y", "") && turn("y", "L(y2!)"));
	CHECK(!cleaner_is_busy(cleaner) && freed == 5);
	now_ns += 3 * S;
	CHECK_NAMED("nothing is left to be waited for", turn("", ""));
	end();
	CHECK(freed == 5);

	begin(4 * MS);
	remove_waited("a9");
	remove_waited("b1");
	CHECK_NAMED("a slice ends when 10 ms have passed", turn("aaa", "") && turn("baa", "b"));
	CHECK(turn("aaa", "") && turn("a", "a"));
	end();

	begin(5 * MS);
	remove_waited("a1");
	remove_waited("b1");
	remove_waited("c1");
	CHECK_NAMED("short removals share a slice", turn("ab", "ab") && turn("c", "c"));
	end();
}

/* After two seconds, a caller waits no longer. */
static void
test_waits(void)
{
	begin(10 * MS);
	now_ns += 7;
	remove_waited("a300");
	remove_waited("b300!");
	int64_t start_ns = now_ns;
	while (!strchr(heard, 'b'))
		event_loop_turn(loop);
	int64_t waited_ns = now_ns - start_ns;
	CHECK_NAMED("callers wait for two seconds, and a slice or two",
	            strcmp(heard, "ab") == 0 && waited_ns > 2 * S && waited_ns < 2 * S + 25 * MS);
	heard[0] = '\0';
	CHECK_NAMED("then the first one has all turns, and alone open descriptors",
	            turn("a", "") && turn("a", "") && removals[0].open && !removals[1].open);
	while (removals[0].steps > 0)
		event_loop_turn(loop);
	CHECK(heard[0] == '\0' && freed == 1);
	while (cleaner_is_busy(cleaner))
		event_loop_turn(loop);
	CHECK_NAMED("a problem after the wait is a late one",
	            strcmp(heard, "L(b300!)") == 0 && freed == 2);
	end();

	begin(10 * MS);
	remove_waited("a2");
	struct cleaner_task *hurried = remove_waited("b2"), *detached = remove_waited("c2");
	CHECK(turn("a", ""));
	cleaner_end_wait(hurried);
	cleaner_detach(detached);
	cleaner_detach(NULL);
	CHECK_NAMED("a caller in a hurry is called in the next turn", turn("b", "b"));
	CHECK_NAMED("one that is waited for comes first", turn("a", "a"));
	CHECK_NAMED("a caller that has left is not called",
	            turn("c", "") && turn("c", "") && turn("b", "") && !cleaner_is_busy(cleaner));
	end();
	CHECK(freed == 3);
	begin(10 * MS);
	cleaner_detach(remove_waited("a3"));
	now_ns += 3 * S;
	CHECK_NAMED("nor later", turn("a", "") && turn("a", "") && turn("a", ""));
	end();
}

static void
test_end(void)
{
	begin(10 * MS);
	remove_waited("a1");
	remove_waited("b2");
	remove_waited("c1!");
	cleaner_remove(cleaner, "d1", NULL, NULL);
	cleaner_remove(cleaner, "e2!", NULL, NULL);
	end();
	CHECK_NAMED("at the end, each removal has one step more",
	            strcmp(steps, "deabc") == 0 && freed == 5);
	CHECK_NAMED("a removal that is left is late, by its problem if it has one",
	            strcmp(heard, "L(e2!)L(path: not removed before the run ended)L(c1!)") == 0);
	cleaner_free(NULL);
}

int
main(void)
{
	test_turns();
	test_waits();
	test_end();
	return check_done();
}
