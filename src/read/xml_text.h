/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * XML's text as UTF-8 that XML 1.0 allows, from a file in any encoding. A byte that
 * does not fit the encoding, a character that XML does not allow, and a reference to one
 * become \xNN. Blanks before the document are dropped.
 */
#ifndef XML_TEXT_H
#define XML_TEXT_H

#include <subunit2/error.h>
#include <subunit2/view.h>

struct xml_text;

struct xml_text *xml_text_new(void);
void xml_text_free(struct xml_text *text);

/*
 * Converts the next bytes of a file; LAST says that no more follow. *OUT is valid until the
 * next call. Returns SUBUNIT2_E_INVALID if iconv does not know the encoding.
 */
enum subunit2_result xml_text_feed(struct xml_text *text, struct subunit2_view bytes, bool last,
                                   struct subunit2_view *out, struct subunit2_error *error);

/* Returns true if all bytes so far came out as they were. */
bool xml_text_is_verbatim(const struct xml_text *text);

#endif
