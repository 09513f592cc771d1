/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Whether bytes are TAP.
 */
#ifndef TAP_DETECT_H
#define TAP_DETECT_H

#include <stddef.h>

/* With which bytes a line begins, after blanks, that is TAP; see line_starts.h. */
extern const struct line_starts tap_line_starts;

/*
 * Returns the offset of the first line of TAP in the LEN bytes of DATA, which begin
 * with a line; SIZE_MAX if they are not TAP. *CANDIDATE is the offset of the first line
 * that is TAP if what follows is, or SIZE_MAX.
 */
size_t tap_detect(const char *data, size_t len, size_t *candidate);

#endif
