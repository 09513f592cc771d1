/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The standard streams: the replacement of stdout works, and is not lost at the end. */
#include "std_fds.h"
#include "check.h"

int
main(void)
{
	FILE *before = stdout;
	std_fds_wait();
	CHECK(stdout != before);
	CHECK(std_fds_flush(0) == 0);
	return check_done();
}
