/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A parser of XML in any encoding, to which a file is given in pieces. It calls a handler for
 * each element and for text.
 */
#ifndef XML_PARSER_H
#define XML_PARSER_H

#include <subunit2/error.h>
#include <subunit2/view.h>

/*
 * The functions of a reader. Names have no namespace prefix. Strings are in UTF-8, and valid
 * until the function returns. A result other than SUBUNIT2_E_OK ends the parsing.
 */
struct xml_parser_handler {
	enum subunit2_result (*on_element)(void *context, const char *name,
	                                   const char **attributes);
	enum subunit2_result (*on_element_end)(void *context, const char *name);
	/* May be called several times for one text. */
	enum subunit2_result (*on_text)(void *context, struct subunit2_view text);
};

struct xml_parser;

/* HANDLER and CONTEXT outlive the parser. */
struct xml_parser *xml_parser_new(const struct xml_parser_handler *handler, void *context);
void xml_parser_free(struct xml_parser *parser);

/* Parses the next bytes of the file. Returns the result of the handler that ended the parsing,
 * which sets the error itself; SUBUNIT2_E_INVALID, with a message, if the file is not XML. ERROR
 * may be NULL. */
enum subunit2_result xml_parser_feed(struct xml_parser *parser, struct subunit2_view bytes,
                                     struct subunit2_error *error);

/* Parses the bytes that are held back, and checks that the document is complete. Returns the
 * same. */
enum subunit2_result xml_parser_finish(struct xml_parser *parser, struct subunit2_error *error);

/* Returns the value of the attribute NAME; NULL: the element has none. ATTRIBUTES are names and
 * values, one after another, up to NULL. */
const char *xml_parser_attribute(const char **attributes, const char *name);

/* Returns the same, and NULL if the value is empty. */
const char *xml_parser_attribute_unless_empty(const char **attributes, const char *name);

#endif
