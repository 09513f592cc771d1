/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Reads a result in its most frequent form: "ok 12 - name" or "ok 12 name", in printable ASCII
 * without escapes and without "#".
 *
 * Such a line is read in one pass over its bytes, which also finds its end. tap_line_read reads the
 * same line in the same way, but looks at it several times: this saves 330 of 2,400 instructions
 * for each result.
 */
#ifndef TAP_PLAIN_RESULT_H
#define TAP_PLAIN_RESULT_H

#include "line.h"

/* Reads the line at the start of BYTES into *LINE, and sets *RAW to its bytes with the newline.
 * Returns false, with *RAW unchanged, if tap_line_read must read the line: it has another form, or
 * ends near the end of BYTES. */
bool tap_plain_result_read(struct tap_line *line, struct tap_bytes bytes, struct tap_bytes *raw);

#endif
