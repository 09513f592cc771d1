/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Loads the libraries that only some formats and options need. With STATIC=0, each is otherwise
 * loaded when one of its functions is first called: see src/lazy.
 */
#ifndef LIBRARIES_H
#define LIBRARIES_H

/* Loads all of them now. Call it before other descriptors may be used up, since loading needs a
 * free one. Does nothing if the libraries are linked. */
void libraries_load(void);

/* Does the work of libraries_load. Defined in src/lazy; NULL in a program that is linked with the
 * libraries. */
void lazy_libraries_load(void) __attribute__((weak));

#endif
