/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The words for a status that status and filter take: the names of the packet's statuses,
 * those that reports show, and short ones.
 */
#ifndef STATUS_WORD_H
#define STATUS_WORD_H

#include <subunit2/event.h>

/* Parses WORD. Returns false, with *STATUS unchanged, if it is not a status. */
bool status_word_parse(struct subunit2_view word, enum subunit2_status *status);

#endif
