/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The input: reads a descriptor and returns its events one by one. It is a stream (stream.h) from
 * which events are taken instead of being sent to a sink.
 *
 *     input = subunit2_input_new(0, "standard input", 0, &error);
 *     while ((result = subunit2_input_next(input, &event, &error)) == SUBUNIT2_E_OK && event)
 *         ...
 *
 * The descriptor may be a file, or a pipe or socket that blocks. Text and damage become events as
 * in a stream.
 *
 * Threads: an input may be used by one thread at a time.
 */
#ifndef SUBUNIT2_INPUT_H
#define SUBUNIT2_INPUT_H

#include "reader.h"

#ifdef __cplusplus
extern "C" {
#endif

struct subunit2_input;

/*
 * Create an input from FD, which stays open and the caller's. NAME ("standard input", a path) is
 * copied and becomes the subject of errors. FLAGS is 0 or one of enum
 * subunit2_reader_flags. Return NULL and fill ERROR if memory is short. Release with
 * subunit2_input_free.
 */
struct subunit2_input *subunit2_input_new(int fd, const char *name, unsigned flags,
                                          struct subunit2_error *error);

/*
 * Set *EVENT to the next event, which is valid until the next call, or to NULL at the end of the
 * input. Wait for bytes if necessary. If reading fails, return SUBUNIT2_E_SYSTEM; a later call
 * tries again.
 */
enum subunit2_result subunit2_input_next(struct subunit2_input *input,
                                         const struct subunit2_event **event,
                                         struct subunit2_error *error);

/* Release INPUT. NULL is allowed. */
void subunit2_input_free(struct subunit2_input *input);

#ifdef __cplusplus
}
#endif

#endif
