/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Puts a prefix before the id of each test, for readers that ignore routing codes. The tests that
 * report a lost or damaged input keep their ids.
 */
#ifndef ID_PREFIX_H
#define ID_PREFIX_H

#include <subunit2/sink.h>

/* PREFIX is copied; NEXT must outlive the sink. Never returns NULL. */
struct subunit2_sink *id_prefix_new(const char *prefix, struct subunit2_sink *next);

#endif
