/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "fraction.h"

size_t
fraction_read(struct subunit2_view text, uint32_t *nsec)
{
	size_t len = 0;
	*nsec = 0;
	for (uint32_t unit = 100000000; len < text.len; len++, unit /= 10) {
		if (text.data[len] < '0' || text.data[len] > '9')
			break;
		*nsec += unit * (uint32_t)(text.data[len] - '0');
	}
	return len;
}
