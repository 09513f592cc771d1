/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The libraries of single formats, which a build with STATIC=0 loads when they are first needed:
 * see src/lazy.
 */
#ifndef LIBRARIES_H
#define LIBRARIES_H

/* Loads all of them now, since there may be no free descriptor later. Does nothing if they are
 * linked. */
void libraries_load(void);

/* Does so; defined in src/lazy, and NULL in a program that has the libraries linked. */
void lazy_libraries_load(void) __attribute__((weak));

#endif
