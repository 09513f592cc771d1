/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Signals, as bytes in a pipe that the loop reads. There is one set a process.
 *
 * SIGPIPE is ignored: writing tells. What was ignored when the program started
 * (SIGHUP under nohup, SIGINT of a background job) stays ignored.
 *
 * When nobody reads the pipe for a second, a second ending signal has its default
 * action, so that the program can always be ended; its tests then end because it did.
 *
 * An ending signal, SIGTSTP and SIGUSR1 end whatever blocks (EINTR). So that one
 * that comes just before something blocks does so, too, there is a bell. It ends
 * what blocks as well, and rings until signals_take has told of it: a moment after such a
 * signal, or when it is set to.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>
#include <stdint.h>

/* Begins to catch SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGWINCH and
 * SIGCHLD. Returns the descriptor to watch, or -1 with errno; when called again, the same. */
int signals_catch(void);

/* Hangs up the bell, which is SIGALRM; where the system has no timer left, there is none. */
void signals_begin_wakeup_timer(void);
/* It is to ring at that time of CLOCK_MONOTONIC, or not at all (INT64_MAX). */
void signals_set_wakeup_timer(int64_t at_ns);

struct signals_seen {
	bool child;         /* SIGCHLD */
	bool stop;          /* SIGTSTP */
	bool user;          /* SIGUSR1 */
	bool resized;       /* SIGWINCH */
	bool wakeup;        /* it rang, and is no longer set */
	int ending;         /* the first SIGHUP, SIGINT, SIGQUIT or SIGTERM; 0: none */
	bool from_terminal; /* the ending one: the terminal's whole foreground group has it */
};

/* What came since the last call; empties the pipe. */
struct signals_seen signals_take(void);

/* For a forked child: every signal has its default action. */
void signals_reset(void);
/* No signal is blocked. */
void signals_unblock(void);

/* FUNCTION is called, maybe within a signal's handler, before one of them has its default
 * action. */
void signals_at_death(void (*function)(void));

/* Dies of SIGNO, as if it had never been caught. */
void signals_die(int signo) __attribute__((noreturn));

/* Stops this process as SIGTSTP does, and returns when it goes on. In an orphaned process group,
 * where no shell would continue it, the kernel stops nothing. */
void signals_stop_self(void);

/* "SIGINT"; "signal 40" for one without a name. */
#define SIGNALS_NAME_SIZE 24
const char *signals_name(int signo, char buffer[SIGNALS_NAME_SIZE]);

#endif
