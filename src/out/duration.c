#include "duration.h"

#include <stdio.h>

#define SECOND INT64_C(1000000000)

const char *
duration_text(int64_t ns, char buffer[DURATION_SIZE])
{
	if (ns < 0)
		ns = 0;
	long long seconds = ns / SECOND;
	if (seconds < 1)
		snprintf(buffer, DURATION_SIZE, "%.3fs", (double)ns / SECOND);
	else if (seconds < 60)
		snprintf(buffer, DURATION_SIZE, "%.2fs", (double)ns / SECOND);
	else if (seconds < 3600)
		snprintf(buffer, DURATION_SIZE, "%lldm%02llds", seconds / 60, seconds % 60);
	else
		snprintf(buffer, DURATION_SIZE, "%lldh%02lldm", seconds / 3600, seconds / 60 % 60);
	return buffer;
}
