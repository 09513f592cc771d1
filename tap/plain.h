/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Marks bytes that are not plain, as byte_block.h describes it. Plain bytes are printable ASCII,
 * except "#", which begins a directive, and the backslash, which begins an escape.
 */
#ifndef TAP_PLAIN_H
#define TAP_PLAIN_H

#include "byte_block.h"

/* Marks bytes that are not plain. */
BYTE_BLOCK_INLINE byte_block
tap_plain_mark_others(byte_block block)
{
	return byte_block_mark_other_than_printable(block) | byte_block_mark(block, '#') |
	       byte_block_mark(block, '\\');
}

#endif
