/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Signals, as bytes in a pipe that the event loop watches. A process has one set.
 *
 * SIGPIPE is ignored: write(2) returns EPIPE. A signal that was ignored when the program started
 * (SIGHUP under nohup, SIGINT of a background job) stays ignored.
 *
 * If the pipe is not read for a second, the next ending signal takes its default action, so that
 * the program can always be ended; its tests then end because it did.
 *
 * An ending signal, SIGTSTP and SIGUSR1 interrupt a system call that blocks (EINTR). The wakeup
 * timer does the same for a call that begins just after the signal: it fires repeatedly, from
 * shortly after such a signal or from a time that was set, until signals_take is called.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>
#include <stdint.h>

/* Begins to catch SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGWINCH and SIGCHLD. Returns
 * the descriptor to watch, or -1 with errno. Further calls return the same descriptor. */
int signals_catch(void);

/* Creates the wakeup timer, which sends SIGALRM. If the system has no timer left, goes without. */
void signals_begin_wakeup_timer(void);

/* Sets the wakeup timer to a time of CLOCK_MONOTONIC. INT64_MAX stops it. */
void signals_set_wakeup_timer(int64_t at_ns);

struct signals_seen {
	bool child;         /* SIGCHLD */
	bool stop;          /* SIGTSTP */
	bool user;          /* SIGUSR1 */
	bool resized;       /* SIGWINCH */
	bool wakeup;        /* the wakeup timer fired; it is stopped now */
	int ending;         /* the first SIGHUP, SIGINT, SIGQUIT or SIGTERM; 0: none */
	bool from_terminal; /* of ENDING: the terminal sent it to its whole foreground group */
};

/* Returns the signals since the last call, and empties the pipe. */
struct signals_seen signals_take(void);

/* Gives every signal its default action; for a forked child. */
void signals_reset(void);
/* Ignores the signals that the caller of this program ignored when signals_catch was called first;
 * for a forked child. */
void signals_ignore_again(void);
/* Unblocks all signals. */
void signals_unblock(void);

/* Sets a function to call before an ending signal takes its default action. It may be called within
 * a signal handler. */
void signals_at_death(void (*function)(void));

/* Ends this process by SIGNO with its default action. */
void signals_die(int signo) __attribute__((noreturn));

/* Stops this process as SIGTSTP does, and returns when it is continued. In an orphaned process
 * group, where no shell would continue it, the kernel does not stop it. */
void signals_stop_self(void);

/* Returns BUFFER with "SIGINT", or "signal 40" if the signal has no name. */
#define SIGNALS_NAME_SIZE 24
const char *signals_name(int signo, char buffer[SIGNALS_NAME_SIZE]);

#endif
