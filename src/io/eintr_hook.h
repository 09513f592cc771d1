/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A function to call when a signal interrupts a wait: a write that waits for its reader, or a read
 * that waits for input. As with signal handlers, a program has one.
 */
#ifndef EINTR_HOOK_H
#define EINTR_HOOK_H

#include <stdbool.h>

/* Sets the hook, which must not write. If it returns false, the wait ends with EINTR. NULL removes
 * it: waits go on after a signal. */
void eintr_hook_set(bool (*hook)(void *context), void *context);

/* To be called when a wait failed with EINTR. Returns true if the wait is to end. */
bool eintr_hook_ends_wait(void);

#endif
