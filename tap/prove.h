/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What `prove -v` prints around each script's TAP: a header before it, and after
 * it how the script did. So does `make test TEST_VERBOSE=1` of a Perl module.
 *
 *     t/a.t ..
 *     1..1
 *     ok 1 - one
 *     ok
 */
#ifndef TAP_PROVE_H
#define TAP_PROVE_H

#include "bytes.h"

/* Returns whether LINE, without its newline, is a header; sets *NAME to the name of the script. */
bool tap_prove_header(struct tap_bytes line, struct tap_bytes *name);

/* Returns whether LINE, without its end, is the line after a script that passed: "ok", with --timer
 * "ok   12 ms". If another test is expected, such a line is a result instead. */
bool tap_prove_passed(struct tap_bytes line);

/* Returns whether LINE, without its newline, is the line after a script that failed: "Failed 1/2
 * subtests". */
bool tap_prove_failed(struct tap_bytes line);

#endif
