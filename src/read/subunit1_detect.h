/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Lines that identify version 1 of the protocol. input.h declares the function that looks for
 * them at the beginning of a file.
 */
#ifndef SUBUNIT1_DETECT_H
#define SUBUNIT1_DETECT_H

#include "subunit1_line.h"

/* Returns true if LINE is what cmocka writes if a group's setup or teardown fails. No "test:"
 * line names the group before. */
bool subunit1_is_group_error(struct subunit1_line line);

/* Returns true if LINE can only be of version 1: a time or a progress. */
bool subunit1_is_certain(struct subunit1_line line);

#endif
