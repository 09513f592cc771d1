/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The one place where bytes become YAML: as readers of versions 1.1 and 1.2 take
 * it, for the diagnostics of TAP.
 */
#ifndef YAML_H
#define YAML_H

#include <subunit2/collect.h>

#include <stdio.h>

/* TEXT in double quotes. What is not UTF-8 becomes \xNN as text; all else comes
 * back as it was. */
void yaml_put_quoted(FILE *file, struct subunit2_view text);

/*
 * "NAME: TEXT" of ATTACHMENT behind INDENT, a block of lines where that is
 * possible, so that people can read it; control characters in it are made visible.
 */
void yaml_put_file(FILE *file, const char *indent, const struct subunit2_attachment *attachment);

#endif
