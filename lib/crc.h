/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* CRC-32 with the zlib polynomial, as libdeflate computes it. */
#ifndef CRC_H
#define CRC_H

#include <libdeflate.h>

#include <stddef.h>
#include <stdint.h>

/* Return the CRC of the bytes whose CRC is CRC (0: no bytes) and the LEN bytes at DATA after them.
 */
static inline uint32_t
crc_add(uint32_t crc, const void *data, size_t len)
{
	return libdeflate_crc32(crc, data, len);
}

#endif
