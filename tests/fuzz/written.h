/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The output of a writer, checked by a strict parser of its format. Each check aborts if the output
 * is not valid, and frees it.
 */
#ifndef WRITTEN_H
#define WRITTEN_H

#include <expat.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct written {
	char *text; /* allocated; a NUL follows */
	size_t len;
};

static inline void
check_xml(struct written xml)
{
	XML_Parser parser = XML_ParserCreate(NULL);
	if (XML_Parse(parser, xml.text, (int)xml.len, 1) != XML_STATUS_OK)
		abort();
	XML_ParserFree(parser);
	free(xml.text);
}

/* Checks one JSON value; does not free it. */
static inline void
check_json(const char *text, size_t len)
{
	json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	if (!json)
		abort();
	json_decref(json);
}

static inline void
check_json_lines(struct written lines)
{
	char *at = lines.text, *end = lines.text + lines.len, *newline;
	for (; at < end && (newline = memchr(at, '\n', (size_t)(end - at))); at = newline + 1)
		check_json(at, (size_t)(newline - at));
	if (at != end)
		abort();
	free(lines.text);
}

/* HTML: its data are JSON, and hold no "<", which could end the script. */
static inline void
check_page(struct written page)
{
	static const char begin[] = "id=\"data\">\n", last[] = "\n</script>";
	const char *data = strstr(page.text, begin) + sizeof(begin) - 1;
	const char *end = strstr(data, last), *less = strchr(data, '<');
	if (!end || less != end + 1)
		abort();
	check_json(data, (size_t)(end - data));
	free(page.text);
}

#endif
