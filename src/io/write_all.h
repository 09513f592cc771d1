/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Writes all bytes to a descriptor, and waits for room if it is non-blocking.
 */
#ifndef WRITE_ALL_H
#define WRITE_ALL_H

#include <subunit2/view.h>

/* Returns 0, or the errno of the write that failed; the rest is dropped then. */
int write_all(int fd, struct subunit2_view bytes);

#endif
