/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The encoding of an XML file: that of a byte order mark, else of the XML declaration,
 * else UTF-8.
 */
#ifndef XML_ENCODING_H
#define XML_ENCODING_H

#include <subunit2/view.h>

#define XML_ENCODING_SIZE 64 /* bytes of a name, with its NUL */

struct xml_encoding {
	char name[XML_ENCODING_SIZE]; /* "" for UTF-8, else a name for iconv_open */
	size_t mark_len;              /* bytes of the mark */
	size_t unit;                  /* bytes of the smallest character */
};

/* Reads the encoding from HEAD, the beginning of a file. Returns false if that takes more
 * bytes; WHOLE: HEAD is the whole file. */
bool xml_encoding_find(struct subunit2_view head, bool whole, struct xml_encoding *encoding);

#endif
