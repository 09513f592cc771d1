/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The digits of a fraction of a second.
 */
#ifndef FRACTION_H
#define FRACTION_H

#include <stdint.h>
#include <subunit2/view.h>

/* Reads the digits that TEXT begins with; those past the ninth are dropped. Returns how
 * many there are. */
size_t fraction_read(struct subunit2_view text, uint32_t *nsec);

#endif
