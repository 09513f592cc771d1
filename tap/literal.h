/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Marks bytes that are not literal, as byte_block.h describes it. Literal bytes stand for
 * themselves: printable ASCII, except "#", which begins a directive, and the backslash, which
 * begins an escape.
 */
#ifndef TAP_LITERAL_H
#define TAP_LITERAL_H

#include "byte_block.h"

/* Marks bytes that are not literal. */
BYTE_BLOCK_INLINE byte_block
tap_literal_mark_others(byte_block block)
{
	return byte_block_mark_other_than_printable(block) | byte_block_mark(block, '#') |
	       byte_block_mark(block, '\\');
}

#endif
