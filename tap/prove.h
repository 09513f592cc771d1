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

/* LINE, without its newline, is a header; NAME becomes the script's. */
bool tap_prove_header(struct tap_bytes line, struct tap_bytes *name);

/* LINE, without its end, is what stands after a script that passed: "ok", with
 * --timer "ok   12 ms". Only where no test is expected is it not one. */
bool tap_prove_passed(struct tap_bytes line);

/* LINE, without its newline, stands after one that did not: "Failed 1/2 subtests". */
bool tap_prove_failed(struct tap_bytes line);

#endif
