/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Base64 with padding, on one line (RFC 4648, section 4).
 */
#ifndef BASE64_H
#define BASE64_H

#include <subunit2/view.h>

#include <stdio.h>

void base64_put(FILE *file, struct subunit2_view bytes);

/* Enough room to decode TEXT into. */
#define BASE64_DECODED_MAX(len) ((len) / 4 * 3)

/* Decodes all of TEXT into BUFFER. False when TEXT is not exactly what
 * base64_put would write for some bytes. */
bool base64_decode(struct subunit2_view text, char *buffer, size_t *len);

#endif
