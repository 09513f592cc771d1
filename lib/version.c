/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/version.h>

int
subunit2_version(void)
{
	return SUBUNIT2_VERSION_NUMBER;
}
