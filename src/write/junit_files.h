/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The attachments of tests that are not text, as files beside a JUnit document: x.xml.d/ has a
 * folder for each test, like the format disk. The document names each by a line
 * [[ATTACHMENT|/absolute/path]], which Jenkins and GitLab read.
 */
#ifndef JUNIT_FILES_H
#define JUNIT_FILES_H

#include "name_table.h"
#include "output_file.h"

#include <stdio.h>
#include <subunit2/collect.h>

struct junit_files {
	const struct output_file *to;
	char *folder; /* NULL: the document is not a file, and nothing is written beside it */
	int fd;       /* of the folder; -1: not made yet */
	struct name_table numbers;
};

/* Removes the files that an earlier document at the same path left. TO outlives FILES. */
void junit_files_begin(struct junit_files *files, const struct output_file *to);
void junit_files_end(struct junit_files *files);

/* Returns true if TEST has an attachment that is not text. */
bool junit_files_any(const struct subunit2_test *test);

/*
 * Writes to FILE a line for each attachment of TEST that is not text: its name, type and size; and,
 * if it is written beside the document, the line that names its file. Returns an error if that
 * cannot be written.
 */
enum subunit2_result junit_files_put(struct junit_files *files, FILE *file,
                                     const struct subunit2_test *test,
                                     struct subunit2_error *error);

#endif
