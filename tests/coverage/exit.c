/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * For --wrap=_exit: the shim and other children end with _exit, which does not write the counters
 * of gcov. They are reset, since a child of vfork shares them with its parent.
 */
void __gcov_dump(void);
void __gcov_reset(void);
_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);

void
__wrap__exit(int status)
{
	__gcov_dump();
	__gcov_reset();
	__real__exit(status);
}
