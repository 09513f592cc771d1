/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * stestr has no test command; it runs
 *
 *     ${PYTHON} -m stestr.subunit_runner.run discover -t TOP PATH [--list | --load-list FILE]
 *
 * so PYTHON="subunit2 run --stestr" makes it run ours.
 */
#ifndef STESTR_H
#define STESTR_H

#include "string_list.h"

/* Adds ARGV to WORDS; where --stestr is among it, in our own words. */
void stestr_translate(struct string_list *words, int argc, const char *const *argv);

#endif
