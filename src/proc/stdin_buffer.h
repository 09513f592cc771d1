/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A supply: bytes on their way to the standard input of what runs in one place,
 * one command after the other, by a pipe or by a terminal.
 *
 * Nothing waits for a command that does not read: what its pipe does not hold
 * lies in an unlinked file, in order, until it is taken or the command is over.
 * What comes while no command runs is the next one's. A command that has closed
 * its standard input loses what comes, and nothing else happens.
 */
#ifndef STDIN_BUFFER_H
#define STDIN_BUFFER_H

#include "event_loop.h"

#include <subunit2/view.h>

#define STDIN_BUFFER_MAX (64LL << 20) /* bytes that wait before stdin_buffer_is_full */

struct stdin_buffer;

/* The file is made in FOLDER, which outlives the supply. */
struct stdin_buffer *stdin_buffer_new(struct event_loop *loop, const char *folder);
void stdin_buffer_free(struct stdin_buffer *stdin_buffer); /* NULL is allowed */

/*
 * A command begins. The first form makes a pipe and returns the command's end of
 * it, the caller's to close, or -1 with errno. The second types at TERMINAL, the
 * upper end of one, which it duplicates; false with errno.
 */
int stdin_buffer_open(struct stdin_buffer *stdin_buffer);
bool stdin_buffer_open_terminal(struct stdin_buffer *stdin_buffer, int terminal);
/* It is over: what it did not take is dropped. */
void stdin_buffer_close(struct stdin_buffer *stdin_buffer);

/*
 * False with errno when BYTES had to wait and could not: the input ends before them
 * then. More than STDIN_BUFFER_MAX are kept for a command that runs, but not for the next.
 */
bool stdin_buffer_put(struct stdin_buffer *stdin_buffer, struct subunit2_view bytes);

/* The end of the input of the command that runs, or else of the next one; at a
 * terminal, its end-of-file character. What is put after it is dropped. */
void stdin_buffer_end(struct stdin_buffer *stdin_buffer);
/* The same for each command to come, too. */
void stdin_buffer_end_all(struct stdin_buffer *stdin_buffer);

/* So much waits for the command that runs that no more should be put. */
bool stdin_buffer_is_full(const struct stdin_buffer *stdin_buffer);
/* What waits for a command that has not begun, in bytes. */
int64_t stdin_buffer_unread(const struct stdin_buffer *stdin_buffer);

/* The upper end of the terminal that is typed at, the supply's own; -1: none is. */
int stdin_buffer_terminal(const struct stdin_buffer *stdin_buffer);

#endif
