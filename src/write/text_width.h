/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Widths of text on a terminal, in columns. Text is UTF-8; each byte that is not counts as one
 * column.
 */
#ifndef TEXT_WIDTH_H
#define TEXT_WIDTH_H

#include "buffer.h"

unsigned text_width(struct subunit2_view text);

/* Returns the start of TEXT that is at most COLUMNS wide. */
struct subunit2_view text_width_head(struct subunit2_view text, unsigned columns);

/* Appends TEXT to BUFFER, with its middle replaced by an ellipsis if it is wider than COLUMNS. */
void text_width_add_shortened(struct buffer *buffer, struct subunit2_view text, unsigned columns);

#endif
