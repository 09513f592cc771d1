/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Pouring: bytes into a descriptor, all of them, however long it takes.
 */
#ifndef WRITE_ALL_H
#define WRITE_ALL_H

#include <subunit2/view.h>

/* 0, or the errno for which the rest was dropped. */
int write_all(int fd, struct subunit2_view bytes);

#endif
