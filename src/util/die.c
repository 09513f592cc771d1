/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "die.h"

#include "exit_status.h"
#include "message.h"

#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

static int exit_status = EXIT_STATUS_IO;
static bool has_begun, is_ending;

void
die_begin(int status)
{
	exit_status = status;
	has_begun = true;
}

bool
die_has_begun(void)
{
	return has_begun;
}

void
die(const char *format, ...)
{
	va_list args;
	/* Called again, from an exit handler. */
	if (is_ending)
		_exit(exit_status);
	is_ending = true;
	va_start(args, format);
	message_args(format, args);
	va_end(args);
	exit(exit_status);
}
