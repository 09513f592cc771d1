/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The user's terminal, on standard input, and its modes.
 *
 * The modes are changed only while this program is in the terminal's foreground process group. They
 * are restored before this program stops, and when it ends, except by SIGKILL.
 */
#ifndef USER_TTY_H
#define USER_TTY_H

#include <stdbool.h>
#include <termios.h>

#define USER_TTY_DETACH '\x1d' /* ^] */

enum user_tty_mode {
	USER_TTY_BEFORE, /* as they were */
	USER_TTY_KEYS,   /* each key is read at once, without echo; ^C and ^Z send signals */
	USER_TTY_LINES,  /* whole lines with echo; ^] ends a line, too; ^C and ^Z send signals */
	USER_TTY_RAW,    /* each key is read at once, ^C and ^Z too */
};

struct user_tty;

/* Opens the terminal. Returns NULL with errno if standard input is no terminal. A program has one
 * at a time. */
struct user_tty *user_tty_new(void);
void user_tty_free(struct user_tty *tty); /* restores the modes; NULL is allowed */

int user_tty_fd(const struct user_tty *tty); /* non-blocking */

/* Returns the modes as they were. */
const struct termios *user_tty_modes(const struct user_tty *tty);

/* Returns true if this program may read and change the terminal. */
bool user_tty_is_ours(const struct user_tty *tty);

/* Sets MODE, now or at the next user_tty_update in the foreground. */
void user_tty_set_mode(struct user_tty *tty, enum user_tty_mode mode);

/* Sets the mode again if this program has come to the foreground since. */
void user_tty_update(struct user_tty *tty);

/* With USER_TTY_RAW: processes output as before, or not at all. */
void user_tty_set_output(struct user_tty *tty, bool processed);

/* Restores the modes before this program stops; user_tty_update sets the mode again. */
void user_tty_suspend(struct user_tty *tty);

#endif
