/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * stestr has no test command; it runs
 *
 *     ${PYTHON} -m stestr.subunit_runner.run discover -t TOP PATH [--list | --load-list FILE]
 *
 * so that it runs this program if PYTHON is "subunit2 run --stestr".
 */
#ifndef STESTR_H
#define STESTR_H

#include "string_list.h"

/* Adds ARGV to WORDS. If --stestr is in ARGV, leaves out stestr's own words, and adds the options
 * of this program that mean the same. */
void stestr_translate(struct string_list *words, int argc, const char *const *argv);

#endif
