/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * SGR sequences: those that set colors and the weight of characters on a terminal, such as
 * ESC [ 1 ; 31 m. They move nothing and set nothing else.
 */
#ifndef SGR_H
#define SGR_H

#include "buffer.h"

/* Returns the length of the SGR sequence that TEXT begins with; 0: it does not begin with one. */
size_t sgr_len(struct subunit2_view text);

/* Appends TEXT without its SGR sequences. */
void sgr_add_without(struct buffer *buffer, struct subunit2_view text);

#endif
