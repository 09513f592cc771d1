/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Signals at any moment, and their delivery. */
#include "signals.h"
#include "check.h"

#include <signal.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 30000
#define DELAY_NS 20000       /* at most, until the signal of a round comes */
#define ROUND_NS 500000000LL /* a signal that was not delivered by then is lost */
#define ALL_NS 200000000LL   /* of all rounds: under valgrind they take long */

static long long
now_ns(void)
{
	struct timespec at;
	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec * 1000000000LL + at.tv_nsec;
}

/* Returns true if SIGNO, which a timer sends while signals are taken all the time, is delivered. */
static bool
is_delivered(timer_t timer, int signo)
{
	struct itimerspec once = {.it_value.tv_nsec = 1 + rand() % DELAY_NS};
	long long sent_ns = now_ns(), looked_ns;
	timer_settime(timer, 0, &once, NULL);
	do {
		/* Read the clock before the signals: this process may be delayed in between. */
		looked_ns = now_ns();
		for (int i = 0; i < 100; i++) {
			struct signals_seen seen = signals_take();
			if (signo == SIGCHLD ? seen.child : seen.ending == signo)
				return true;
		}
	} while (looked_ns - sent_ns <= ROUND_NS);
	return false;
}

static void
check_none_lost(int signo)
{
	timer_t timer;
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = signo};
	long long begun_ns = now_ns();
	bool told = true;
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) < 0)
		exit(99);
	for (int i = 0; told && i < ROUNDS && now_ns() - begun_ns < ALL_NS; i++)
		told = is_delivered(timer, signo);
	timer_delete(timer);
	CHECK_NAMED(signo == SIGCHLD ? "every SIGCHLD is delivered" : "every SIGTERM is delivered",
	            told);
}

/* Sleeps until a signal, or for MS. Returns true if a signal ended it. */
static bool
is_interrupted(long ms)
{
	const struct timespec long_time = {ms / 1000, ms % 1000 * 1000000};
	return nanosleep(&long_time, NULL) < 0;
}

static void
check_wakeup(void)
{
	struct signals_seen seen;
	signals_begin_wakeup_timer();
	signals_take();
	raise(SIGUSR1);
	CHECK_NAMED("a call that begins after a signal is interrupted",
	            is_interrupted(20000) && (seen = signals_take()).user && seen.wakeup);
	CHECK_NAMED("once it was taken, no more", !is_interrupted(150) && !signals_take().wakeup);
	signals_set_wakeup_timer(now_ns() + 10000000);
	CHECK(is_interrupted(20000) && is_interrupted(20000) && signals_take().wakeup);
	signals_set_wakeup_timer(now_ns() + 10000000);
	signals_set_wakeup_timer(INT64_MAX);
	CHECK_NAMED("a timer that was stopped interrupts nothing", !is_interrupted(150));
}

int
main(void)
{
	CHECK(signals_catch() >= 0);
	check_wakeup();
	check_none_lost(SIGTERM);
	check_none_lost(SIGCHLD);
	return check_done();
}
