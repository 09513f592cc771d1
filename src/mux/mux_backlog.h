/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The backlog: the memory that unfinished packets of peers take.
 *
 * A peer may stop within a packet of up to 4 MiB. While the unfinished packets of all peers hold
 * more than 64 MiB, only one peer may be read beyond the first 64 KiB of its packet; the others
 * wait. No input is dropped.
 */
#ifndef MUX_BACKLOG_H
#define MUX_BACKLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mux_input;

/* Returns false, and pauses MUX_INPUT, if another peer must finish its packet first. */
bool mux_backlog_may_read(struct mux_input *mux_input);

/* Updates the unfinished bytes of MUX_INPUT after LEN bytes, or after a tick with LEN 0. EVENTS and
 * RESULTS are the counts before. Text that is emitted after a silence may still become a packet: if
 * much is held, only a result proves that it is not held any more. */
void mux_backlog_note(struct mux_input *mux_input, size_t len, uint64_t events, uint64_t results);

/* Sets how many bytes of an unfinished packet MUX_INPUT holds, and resumes the waiting peers once
 * that is possible. */
void mux_backlog_set(struct mux_input *mux_input, size_t unfinished);

#endif
