/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "automake_makefile.h"

#include "buffer.h"
#include "memory.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t"
#define LINE_LIMIT (1 << 20) /* bytes of a line with its continuation lines */

static size_t
automake_makefile_name_len(const char *text)
{
	size_t len = 0;
	while (isalnum((unsigned char)text[len]) || text[len] == '_')
		len++;
	return len;
}

static struct automake_variable *
automake_makefile_find(const struct automake_makefile *makefile, const char *name, size_t len)
{
	for (size_t i = 0; i < makefile->count; i++) {
		struct automake_variable *variable = &makefile->variables[i];
		if (strncmp(variable->name, name, len) == 0 && !variable->name[len])
			return variable;
	}
	return NULL;
}

const char *
automake_makefile_value(const struct automake_makefile *makefile, const char *name, size_t len)
{
	const struct automake_variable *variable = automake_makefile_find(makefile, name, len);
	return variable ? variable->value : NULL;
}

/* Assigns the value TEXT, to be freed with MAKEFILE, by the operator that begins with HOW. */
static void
automake_makefile_assign(struct automake_makefile *makefile, const char *name, size_t len, char how,
                         char *text)
{
	struct automake_variable *variable = automake_makefile_find(makefile, name, len);
	if (!variable) {
		makefile->variables = memory_grow(makefile->variables, &makefile->room,
		                                  makefile->count + 1, sizeof(*variable));
		makefile->variables[makefile->count++] =
			(struct automake_variable){memory_copy_len(name, len), text};
		return;
	}
	if (how == '?') {
		free(text);
		return;
	}
	if (how == '+') {
		char *longer = memory_format("%s %s", variable->value, text);
		free(text);
		text = longer;
	}
	free(variable->value);
	variable->value = text;
}

/* Cuts a comment and trailing blanks off TEXT. */
static void
automake_makefile_cut_comment(char *text)
{
	size_t len = 0;
	while (text[len] && (text[len] != '#' || (len && text[len - 1] == '\\')))
		len++;
	while (len && strchr(BLANKS "\r\n", text[len - 1]))
		len--;
	text[len] = '\0';
}

/* Handles a line with its continuation lines: "NAME = value", "NAME += value". */
static void
automake_makefile_on_line(struct automake_makefile *makefile, const char *line)
{
	static const char check[] = "check-TESTS:";
	size_t len = automake_makefile_name_len(line);
	if (strncmp(line, check, strlen(check)) == 0)
		makefile->check_rule = true;
	if (!len)
		return;
	const char *operator= line + len + strspn(line + len, BLANKS);
	const char *equals = operator+ strspn(operator, ":?+");
	if (*equals != '=')
		return;
	char *value = memory_copy(equals + 1 + strspn(equals + 1, BLANKS));
	automake_makefile_cut_comment(value);
	automake_makefile_assign(makefile, line, len, *operator, value);
}

/* Cuts the newline off LINE, and the backslash before it if the next line continues it. */
static bool
automake_makefile_continues(char *line)
{
	size_t len = strcspn(line, "\n"), backslashes = 0;
	line[len] = '\0';
	while (backslashes < len && line[len - 1 - backslashes] == '\\')
		backslashes++;
	if (backslashes % 2)
		line[len - 1] = '\0';
	return backslashes % 2;
}

/* Handles the line in JOINED, and empties it. */
static void
automake_makefile_end_line(struct automake_makefile *makefile, struct buffer *joined)
{
	buffer_add_char(joined, '\0');
	automake_makefile_on_line(makefile, joined->data);
	joined->len = 0;
}

void
automake_makefile_read(struct automake_makefile *makefile, const char *path)
{
	struct buffer joined = {0};
	char *line = NULL;
	size_t size = 0;
	FILE *file = fopen(path, "re");
	*makefile = (struct automake_makefile){0};
	while (file && getline(&line, &size, file) >= 0) {
		bool more = automake_makefile_continues(line);
		const char *text = joined.len ? line + strspn(line, BLANKS) : line;
		buffer_add(&joined, subunit2_view_of(text));
		if (more && joined.len < LINE_LIMIT) {
			buffer_add(&joined, SUBUNIT2_LITERAL(" "));
			continue;
		}
		automake_makefile_end_line(makefile, &joined);
	}
	if (joined.len)
		automake_makefile_end_line(makefile, &joined);
	free(line);
	buffer_clear(&joined);
	if (file)
		fclose(file);
}

void
automake_makefile_clear(struct automake_makefile *makefile)
{
	for (size_t i = 0; i < makefile->count; i++) {
		free(makefile->variables[i].name);
		free(makefile->variables[i].value);
	}
	free(makefile->variables);
	*makefile = (struct automake_makefile){0};
}

bool
automake_makefile_is_driver(const char *name)
{
	static const char driver[] = "LOG_DRIVER";
	size_t len = strlen(name), tail = strlen(driver);
	return len >= tail && strcmp(name + len - tail, driver) == 0 &&
	       (len == tail || name[len - tail - 1] == '_');
}

/* Returns the length of "$(NAME)" or "${NAME}" at TEXT, or 0; *NAME is the length of NAME. */
static size_t
automake_makefile_reference(const char *text, size_t *name)
{
	if (text[0] != '$' || (text[1] != '(' && text[1] != '{'))
		return 0;
	*name = automake_makefile_name_len(text + 2);
	return *name && text[2 + *name] == (text[1] == '(' ? ')' : '}') ? *name + 3 : 0;
}

char *
automake_makefile_expand(const struct automake_makefile *makefile, const char *text)
{
	struct buffer out = {0};
	while (*text) {
		size_t name = 0, len = automake_makefile_reference(text, &name);
		const char *value = len ? automake_makefile_value(makefile, text + 2, name) : NULL;
		if (value)
			buffer_add(&out, subunit2_view_of(value));
		else
			buffer_add(&out, (struct subunit2_view){text, len = len ? len : 1});
		text += len;
	}
	buffer_add_char(&out, '\0');
	return out.data;
}

const char *
automake_makefile_word_end(const char *text)
{
	char quote = '\0';
	int depth = 0;
	for (; *text && (quote || depth || !strchr(BLANKS, *text)); text++) {
		if (*text == '\\' && quote != '\'' && text[1])
			text++;
		else if (quote)
			quote = *text == quote ? '\0' : quote;
		else if (strchr("'\"`", *text))
			quote = *text;
		else if (*text == '$' && text[1] && strchr("({", text[1]))
			depth++;
		else if (depth && strchr(")}", *text))
			depth--;
	}
	return text;
}
