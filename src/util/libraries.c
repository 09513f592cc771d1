/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "libraries.h"

void
libraries_load(void)
{
	if (lazy_libraries_load)
		lazy_libraries_load();
}
