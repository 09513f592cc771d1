/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The reports for CI services, of any events: read by the rules of each service, they hold only the
 * commands, sections and tags that the writer makes, and these are balanced.
 */
#include "random_events.h"

#include <stdio.h>

#define DEPTH_MAX 64
#define MARKDOWN_MAX (1 << 20)

static bool
starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* Checks that LINE, which the runner of GitHub obeys, is a command of the writer. */
static void
check_command(const char *line, int *groups)
{
	if (starts(line, "::group::"))
		++*groups;
	else if (starts(line, "::endgroup::"))
		--*groups;
	else if (!starts(line, "::error ") && !starts(line, "::warning "))
		abort();
	if (*groups < 0 || *groups > 1 || strchr(line, '\r'))
		abort();
}

/* GitHub: a command begins a line, after blanks, or is "##[NAME]" anywhere in it. Between
 * "::stop-commands::TOKEN" and "::TOKEN::" no line is obeyed. */
static void
check_github(struct written log)
{
	char token[64] = "";
	int groups = 0;
	for (char *line = log.text, *next; *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		char *command = line + strspn(line, " \t");
		if (*token && strcmp(command, token) == 0)
			*token = '\0';
		else if (*token)
			continue;
		else if (starts(command, "::stop-commands::"))
			snprintf(token, sizeof(token), "::%s::", command + 17);
		else if (starts(command, "::"))
			check_command(command, &groups);
		else if (strstr(line, "##["))
			abort();
	}
	if (groups || *token)
		abort();
	free(log.text);
}

/* GitLab: a section begins and ends with a mark that CR and an escape sequence end. Neither byte is
 * anywhere else. */
static void
check_gitlab(struct written log)
{
	static const char begin[] = "\033[0Ksection_", end[] = "\r\033[0K";
	bool open = false;
	for (const char *at = log.text; *(at += strcspn(at, "\r\033"));) {
		const char *mark = at + strlen(begin), *cr = strchr(at, '\r');
		if (!starts(at, begin) || !starts(mark, open ? "end:" : "start:") || !cr ||
		    !starts(cr, end))
			abort();
		const char *name = strstr(mark, ":subunit2_");
		if (!name || name > cr || memchr(at, '\n', (size_t)(cr - at)))
			abort();
		open = !open;
		at = cr + strlen(end);
	}
	if (open || strlen(log.text) != log.len)
		abort();
	free(log.text);
}

/* Reads the tag at AT, which may hold no attribute. Returns the byte after it. */
static const char *
read_tag(const char *at, const char **open, int *depth)
{
	static const char *const tags[] = {"h2>", "h3>", "pre>",  "table>",   "tr>",
	                                   "th>", "td>", "code>", "details>", "summary>",
	                                   "ul>", "li>", "p>",    "span>"};
	if (starts(at, "<br>"))
		return at + 4;
	bool closes = at[1] == '/';
	const char *name = at + 1 + closes;
	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++) {
		if (!starts(name, tags[i]))
			continue;
		if (closes && (*depth == 0 || open[--*depth] != tags[i]))
			abort();
		if (!closes && *depth == DEPTH_MAX)
			abort();
		if (!closes)
			open[(*depth)++] = tags[i];
		return name + strlen(tags[i]);
	}
	abort();
}

/* Returns the byte after the entity at AT. */
static const char *
read_entity(const char *at)
{
	const char *end = at + 1 + strspn(at + 1, "#abcdefghijklmnopqrstuvwxyz0123456789");
	if (*end != ';' || end == at + 1)
		abort();
	return end + 1;
}

/* Markdown: the tags of the writer, balanced, and no other "<" or "&". Outside of the blocks of
 * HTML, which end at an empty line, only the items of lists hold text of tests: nothing there has a
 * meaning in Markdown. */
static void
check_markdown(struct written text)
{
	const char *open[DEPTH_MAX];
	int depth = 0;
	if (text.len >= MARKDOWN_MAX || strlen(text.text) != text.len)
		abort();
	for (const char *at = text.text; *at;) {
		bool in_pre = depth > 0 && starts(open[depth - 1], "pre>");
		if (*at == '<')
			at = read_tag(at, open, &depth);
		else if (*at == '&')
			at = read_entity(at);
		else if ((unsigned char)*at < ' ' && *at != '\n' && *at != '\t')
			abort();
		else if (depth == 0 && strchr("*_`[]!|~\\#", *at))
			abort();
		else if (starts(at, "\n\n") && depth > 0 && !in_pre && !starts(at, "\n\n<pre>") &&
		         !starts(at, "\n\n</details>"))
			abort();
		else
			at++;
	}
	if (depth)
		abort();
	free(text.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct writer_options usual = {.verbose = 0, .slowest = 3};
	unsetenv("GITHUB_STEP_SUMMARY");
	check_github(write_as(writer_github, data, size, &usual));
	check_gitlab(write_as(writer_gitlab, data, size, &usual));
	check_markdown(write_as(writer_markdown, data, size, &usual));
	return 0;
}
