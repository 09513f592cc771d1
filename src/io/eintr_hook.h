/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * An interruption: a signal that comes while this program waits, for whoever reads
 * what it writes or for what it reads. Somebody may have to see to it before the
 * wait goes on. As with signals, there is one somebody in a program.
 */
#ifndef EINTR_HOOK_H
#define EINTR_HOOK_H

#include <stdbool.h>

/* HOOK is called then, in the middle of whatever waits; it writes nothing itself. False: the wait
 * ends, as if it had failed with EINTR. NULL: waits just go on. */
void eintr_hook_set(bool (*hook)(void *context), void *context);

/* To be asked when a wait was cut short by EINTR; false: it goes on. */
bool eintr_hook_ends_wait(void);

#endif
