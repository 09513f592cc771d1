/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Buffers the standard input of the commands that run in one slot, one after the other. A command
 * reads from a pipe or from a terminal.
 *
 * A command that does not read makes no other one wait: bytes that its pipe cannot take are kept in
 * an unlinked file, in order, until they are read or the command is over. Bytes that arrive while
 * no command runs are for the next one. Bytes for a command that has closed its standard input are
 * dropped.
 */
#ifndef STDIN_BUFFER_H
#define STDIN_BUFFER_H

#include "event_loop.h"

#include <subunit2/view.h>

#define STDIN_BUFFER_MAX (64LL << 20) /* bytes that wait before stdin_buffer_is_full */

struct stdin_buffer;

/* FOLDER, in which the file is created, must outlive the buffer. */
struct stdin_buffer *stdin_buffer_new(struct event_loop *loop, const char *folder);
void stdin_buffer_free(struct stdin_buffer *stdin_buffer); /* NULL is allowed */

/*
 * Begins the input of a command. The first form creates a pipe and returns the end for the command,
 * which the caller closes, or -1 with errno. The second writes to TERMINAL, the upper end of a
 * terminal, which it duplicates; it returns false with errno on failure.
 */
int stdin_buffer_open(struct stdin_buffer *stdin_buffer);
bool stdin_buffer_open_terminal(struct stdin_buffer *stdin_buffer, int terminal);

/* Ends the input of a command that is over, and drops the bytes that it did not read. */
void stdin_buffer_close(struct stdin_buffer *stdin_buffer);

/*
 * Adds BYTES. Returns false with errno if they could not be stored; the input then ends before
 * them. A command that runs can have more than STDIN_BUFFER_MAX bytes waiting, the next one cannot.
 */
bool stdin_buffer_put(struct stdin_buffer *stdin_buffer, struct subunit2_view bytes);

/* Ends the input of the command that runs, or else of the next one; a terminal gets its end-of-file
 * character. Bytes that are put later are dropped. */
void stdin_buffer_end(struct stdin_buffer *stdin_buffer);

/* Ends the input of all later commands as well. */
void stdin_buffer_end_all(struct stdin_buffer *stdin_buffer);

/* Lets BYTES, which outlive the buffer, be the end of input: the pipe stays open until the command
 * is over. For a command that ends when its standard input does. */
void stdin_buffer_set_end(struct stdin_buffer *stdin_buffer, struct subunit2_view bytes);

/* Ends the input of all commands by closing the pipe, even if bytes wait. */
void stdin_buffer_cut(struct stdin_buffer *stdin_buffer);

/* Returns true if a command runs. */
bool stdin_buffer_is_open(const struct stdin_buffer *stdin_buffer);

/* Returns true if so many bytes wait for the command that runs that no more should be put. */
bool stdin_buffer_is_full(const struct stdin_buffer *stdin_buffer);

/* Returns the number of bytes that wait for a command that has not begun. */
int64_t stdin_buffer_unread(const struct stdin_buffer *stdin_buffer);

/* Returns the upper end of the command's terminal, which stays the buffer's; -1 without one. */
int stdin_buffer_terminal(const struct stdin_buffer *stdin_buffer);

#endif
