/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Finds TAP in bytes of an unknown format.
 */
#ifndef TAP_DETECT_H
#define TAP_DETECT_H

#include <stddef.h>

/* The bytes with which a line of TAP begins, after blanks; see line_starts.h. */
extern const struct line_starts tap_line_starts;

/*
 * Returns the offset of the first line of TAP in the LEN bytes of DATA, which begin with a line, or
 * SIZE_MAX if they are not TAP. Sets *CANDIDATE to the offset of the first line that is TAP if the
 * bytes after DATA prove it, or to SIZE_MAX.
 */
size_t tap_detect(const char *data, size_t len, size_t *candidate);

#endif
