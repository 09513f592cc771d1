/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The descriptors that a run needs and passes on.
 */
#ifndef RLIMITS_H
#define RLIMITS_H

#include "jobserver.h"

#include <stdbool.h>

/*
 * Makes room for the descriptors of SLOTS tests at a time, as far as the hard
 * limit goes. False when that is not far enough: *NEEDED and *LIMIT say why.
 */
bool rlimits_make_room(unsigned slots, unsigned long *needed, unsigned long *limit);

/* FILES descriptors for this program alone; false when it cannot have them. */
bool rlimits_raise(unsigned long files);

/* As many descriptors for this program alone as the hard limit allows. */
void rlimits_raise_all(void);

/* For a child: the limits that this program was given. */
void rlimits_restore(void);

/* No child inherits what this program was given above 2, but for the jobserver's. */
void rlimits_close_inherited(const struct jobserver *jobserver);

#endif
