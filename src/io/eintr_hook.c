/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "eintr_hook.h"

#include <errno.h>
#include <stddef.h>

static bool (*heed)(void *context);
static void *heed_context;

void
interruption_heed(bool (*function)(void *context), void *context)
{
	heed = function;
	heed_context = context;
}

bool
interruption_ends_wait(void)
{
	bool ends = heed && !heed(heed_context);
	errno = EINTR;
	return ends;
}
