/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Base64 with padding, on one line (RFC 4648, section 4).
 */
#ifndef BASE64_H
#define BASE64_H

#include <subunit2/view.h>

#include <stdio.h>

void base64_put(FILE *file, struct subunit2_view bytes);

/* The size of a buffer to decode LEN digits into. */
#define BASE64_DECODED_MAX(len) ((len) / 4 * 3)

/* Decodes TEXT into BUFFER. Returns false unless TEXT is exactly the output of base64_put for some
 * bytes. */
bool base64_decode(struct subunit2_view text, char *buffer, size_t *len);

#endif
