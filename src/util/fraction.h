/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The digits of a fraction of a second.
 */
#ifndef FRACTION_H
#define FRACTION_H

#include <stdint.h>
#include <subunit2/view.h>

/* Parses the digits at the start of TEXT; digits after the ninth are ignored. Returns the number of
 * digits. */
size_t fraction_read(struct subunit2_view text, uint32_t *nsec);

#endif
