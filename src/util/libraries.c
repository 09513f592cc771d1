/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "libraries.h"

/* With STATIC=0, the function of that name in src/lazy is linked in place of this one. */
void
libraries_load(void)
{
}
