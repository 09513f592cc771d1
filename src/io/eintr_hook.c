/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "eintr_hook.h"

#include <errno.h>
#include <stddef.h>

static bool (*hook)(void *context);
static void *hook_context;

void
eintr_hook_set(bool (*function)(void *context), void *context)
{
	hook = function;
	hook_context = context;
}

bool
eintr_hook_ends_wait(void)
{
	bool ends = hook && !hook(hook_context);
	errno = EINTR;
	return ends;
}
