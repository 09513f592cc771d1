/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "xml_parser.h"

#include "memory.h"
#include "xml_text.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

#define PARSED_MAX 65536       /* bytes that expat may parse again */
#define WAITING_MAX (64 << 20) /* bytes that expat is not given yet */

struct xml_parser {
	const struct xml_parser_handler *handler;
	void *context;
	struct xml_text *text;
	XML_Parser expat;
	enum subunit2_result stopped; /* the result that ended the parsing, or SUBUNIT2_E_OK */

	uint64_t fed, moved; /* bytes that expat had: all; when it last called back */
	char *waiting;       /* bytes for it, after these; see xml_parser_feed_expat */
	size_t waiting_len, waiting_size;
};

/* Ends the parsing if the handler returned an error. */
static void
xml_parser_check(struct xml_parser *parser, enum subunit2_result result)
{
	parser->moved = parser->fed;
	if (result == SUBUNIT2_E_OK)
		return;
	parser->stopped = result;
	XML_StopParser(parser->expat, XML_FALSE);
}

static const char *
xml_parser_without_prefix(const char *name)
{
	const char *colon = strrchr(name, ':');
	return colon ? colon + 1 : name;
}

static void
xml_parser_on_element(void *context, const XML_Char *name, const XML_Char **attributes)
{
	struct xml_parser *parser = context;
	xml_parser_check(parser,
	                 parser->handler->on_element(parser->context,
	                                             xml_parser_without_prefix(name), attributes));
}

static void
xml_parser_on_element_end(void *context, const XML_Char *name)
{
	struct xml_parser *parser = context;
	xml_parser_check(parser, parser->handler->on_element_end(parser->context,
	                                                         xml_parser_without_prefix(name)));
}

static void
xml_parser_on_text(void *context, const XML_Char *text, int len)
{
	struct xml_parser *parser = context;
	struct subunit2_view view = {text, (size_t)len};
	xml_parser_check(parser, parser->handler->on_text(parser->context, view));
}

/* Ignores comments and the like. */
static void
xml_parser_on_other(void *context, const XML_Char *text, int len)
{
	struct xml_parser *parser = context;
	(void)text, (void)len;
	parser->moved = parser->fed;
}

struct xml_parser *
xml_parser_new(const struct xml_parser_handler *handler, void *context)
{
	struct xml_parser *parser = memory_zeroed(1, sizeof(*parser));
	parser->handler = handler;
	parser->context = context;
	parser->text = xml_text_new();
	/* Even if the file declares another encoding: xml_text has converted it. */
	parser->expat = memory_have(XML_ParserCreate("UTF-8"));
	XML_SetUserData(parser->expat, parser);
	XML_SetElementHandler(parser->expat, xml_parser_on_element, xml_parser_on_element_end);
	XML_SetCharacterDataHandler(parser->expat, xml_parser_on_text);
	XML_SetDefaultHandlerExpand(parser->expat, xml_parser_on_other);
	return parser;
}

void
xml_parser_free(struct xml_parser *parser)
{
	XML_ParserFree(parser->expat);
	xml_text_free(parser->text);
	free(parser->waiting);
	free(parser);
}

static enum subunit2_result
xml_parser_parse(struct xml_parser *parser, const char *data, size_t len, bool last,
                 struct subunit2_error *error)
{
	parser->fed += len;
	if (XML_Parse(parser->expat, data, (int)len, last) == XML_STATUS_OK)
		return SUBUNIT2_E_OK;
	if (parser->stopped != SUBUNIT2_E_OK)
		return parser->stopped;
	XML_Index at = XML_GetCurrentByteIndex(parser->expat); /* -1: nothing was read */
	subunit2_error_set(error, SUBUNIT2_E_INVALID, NULL,
	                   XML_ErrorString(XML_GetErrorCode(parser->expat)));
	if (error && at > 0 && xml_text_is_verbatim(parser->text))
		error->offset = (uint64_t)at;
	return SUBUNIT2_E_INVALID;
}

static enum subunit2_result
xml_parser_parse_waiting(struct xml_parser *parser, struct subunit2_error *error)
{
	size_t len = parser->waiting_len;
	parser->waiting_len = 0;
	return len > 0 ? xml_parser_parse(parser, parser->waiting, len, false, error)
	               : SUBUNIT2_E_OK;
}

static void
xml_parser_wait_with(struct xml_parser *parser, const void *data, size_t len)
{
	parser->waiting =
		memory_grow(parser->waiting, &parser->waiting_size, parser->waiting_len + len, 1);
	memcpy(parser->waiting + parser->waiting_len, data, len);
	parser->waiting_len += len;
}

/* Gives BYTES to expat, which begins anew with a tag whose end has not come: so the bytes of a
 * long tag wait until they have doubled. */
static enum subunit2_result
xml_parser_feed_expat(struct xml_parser *parser, struct subunit2_view bytes,
                      struct subunit2_error *error)
{
	uint64_t begun = parser->fed - parser->moved;
	if (bytes.len == 0)
		return SUBUNIT2_E_OK;
	if (parser->waiting_len == 0 && begun <= PARSED_MAX)
		return xml_parser_parse(parser, bytes.data, bytes.len, false, error);
	xml_parser_wait_with(parser, bytes.data, bytes.len);
	if (parser->waiting_len < begun && parser->waiting_len < WAITING_MAX)
		return SUBUNIT2_E_OK;
	return xml_parser_parse_waiting(parser, error);
}

/* Parses the next bytes of the file; LAST: no more follow. */
static enum subunit2_result
xml_parser_feed_bytes(struct xml_parser *parser, struct subunit2_view bytes, bool last,
                      struct subunit2_error *error)
{
	struct subunit2_view text;
	enum subunit2_result result = xml_text_feed(parser->text, bytes, last, &text, error);
	return result == SUBUNIT2_E_OK ? xml_parser_feed_expat(parser, text, error) : result;
}

enum subunit2_result
xml_parser_feed(struct xml_parser *parser, struct subunit2_view bytes, struct subunit2_error *error)
{
	return xml_parser_feed_bytes(parser, bytes, false, error);
}

enum subunit2_result
xml_parser_finish(struct xml_parser *parser, struct subunit2_error *error)
{
	enum subunit2_result result = xml_parser_feed_bytes(parser, SUBUNIT2_ABSENT, true, error);
	if (result == SUBUNIT2_E_OK)
		result = xml_parser_parse_waiting(parser, error);
	return result == SUBUNIT2_E_OK ? xml_parser_parse(parser, "", 0, true, error) : result;
}

const char *
xml_parser_attribute(const char **attributes, const char *name)
{
	for (; *attributes; attributes += 2)
		if (strcmp(attributes[0], name) == 0)
			return attributes[1];
	return NULL;
}

const char *
xml_parser_attribute_unless_empty(const char **attributes, const char *name)
{
	const char *value = xml_parser_attribute(attributes, name);
	return value && *value != '\0' ? value : NULL;
}
