/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The limit of open descriptors, and the descriptors that children inherit.
 */
#ifndef RLIMITS_H
#define RLIMITS_H

#include "jobserver.h"

#include <stdbool.h>

/*
 * Raises the limit for SLOTS tests at a time. Returns false if the hard limit, *LIMIT, is below the
 * *NEEDED number of descriptors.
 */
bool rlimits_make_room(unsigned slots, unsigned long *needed, unsigned long *limit);

/* Raises the limit to FILES, for this program alone. Returns false on failure. */
bool rlimits_raise(unsigned long files);

/* Raises the limit to the hard limit, for this program alone. */
void rlimits_raise_all(void);

/* For a child: restores the limit that this program started with. */
void rlimits_restore(void);

/* Sets close-on-exec on the descriptors above 2 that this program was started with, except those of
 * JOBSERVER, which may be NULL. */
void rlimits_close_inherited(const struct jobserver *jobserver);

#endif
