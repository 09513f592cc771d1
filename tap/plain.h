/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Plain bytes: printable ASCII without those that an escape or a directive begins with, "#" and
 * the backslash. See byte_block.h.
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
