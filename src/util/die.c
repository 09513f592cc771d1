#include "die.h"

#include "exit_status.h"
#include "message.h"

#include <stdarg.h>
#include <stdlib.h>

static int exit_status = COMMAND_IO;

void
fatal_begin(int status)
{
	exit_status = status;
}

void
fatal(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	message_args(format, args);
	va_end(args);
	exit(exit_status);
}
