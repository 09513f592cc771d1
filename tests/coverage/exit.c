/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * For --wrap=_exit: the shim and other children end with _exit, which does not write the counters
 * of gcov. They are reset, since a child of vfork shares them with its parent. A limit of the size
 * of files is lifted before, because a counter file that is cut loses what all programs counted.
 */
#include <sys/resource.h>

void __gcov_dump(void);
void __gcov_reset(void);
_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);

__attribute__((destructor)) static void
lift_file_limit(void)
{
	const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
	setrlimit(RLIMIT_FSIZE, &none);
}

void
__wrap__exit(int status)
{
	lift_file_limit();
	__gcov_dump();
	__gcov_reset();
	__real__exit(status);
}
