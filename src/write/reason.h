/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Why a test ended as it did, in a line.
 */
#ifndef REASON_H
#define REASON_H

#include <subunit2/collect.h>

/* The first line of the test's file "reason"; absent when there is none. */
struct subunit2_view reason_of(const struct subunit2_test *test);

#endif
