/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A private folder for one attempt at a test, its TMPDIR.
 */
#ifndef TMPDIR_H
#define TMPDIR_H

#include <stdbool.h>

/* Makes one below PARENT; to be freed. NULL with errno when it cannot. */
char *tmpdir_make(const char *parent);

/* Is it as tmpdir_make made it, or so again? */
bool tmpdir_is_untouched(const char *path);

/* Where temporary folders go by the value of TMPDIR, NULL where it is not set:
 * absolute, since what is run may go elsewhere, where it exists. To be freed. */
char *tmpdir_parent(const char *value);

#endif
