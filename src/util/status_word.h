/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The words for a status that commands accept: the names of the protocol (success, fail, xfail),
 * the words of reports (pass, FAIL, skip, todo, UNEXPECTED), and passed, failed and skipped.
 */
#ifndef STATUS_WORD_H
#define STATUS_WORD_H

#include <subunit2/event.h>

#define STATUS_WORDS                                                                               \
	"pass, fail, skip, todo, unexpected, unfinished, listed, or success, xfail, uxsuccess, "   \
	"inprogress, exists"

/* Parses WORD. Returns false, with *STATUS unchanged, if it is not a status. */
bool status_word_parse(struct subunit2_view word, enum subunit2_status *status);

/* Parses LIST, words with commas between them, and sets 1 << status in STATUSES for each word.
 * Returns false if a word is not a status, or if the list is empty. */
bool status_word_parse_list(const char *list, unsigned *statuses);

#endif
