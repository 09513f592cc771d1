/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Writes YAML that readers of versions 1.1 and 1.2 read alike, for the diagnostics of TAP.
 */
#ifndef YAML_H
#define YAML_H

#include <subunit2/collect.h>

#include <stdio.h>

/* Writes TEXT in double quotes. Bytes that are not UTF-8 become the text \xNN; a parser returns all
 * others unchanged. */
void yaml_put_quoted(FILE *file, struct subunit2_view text);

/*
 * Writes "NAME: TEXT" for ATTACHMENT, indented by INDENT. TEXT is a block of lines where that is
 * possible, so that people can read it. Control characters in a block become \xNN.
 */
void yaml_put_file(FILE *file, const char *indent, const struct subunit2_attachment *attachment);

#endif
