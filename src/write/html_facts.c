/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "html_facts.h"

#include "putters.h"
#include "rfc3339.h"
#include "xml.h"

#define FACT_MAX (4 << 10) /* bytes of a fact that are shown */

void
html_facts_add(struct html_facts *facts, const struct subunit2_event *event)
{
	struct buffer *fact = subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("command"))
	                              ? &facts->command
	                      : subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("host"))
	                              ? &facts->host
	                              : &facts->revision;
	struct subunit2_view text = event->file_bytes;
	if (fact->len + text.len <= FACT_MAX)
		buffer_add(fact, text);
}

void
html_facts_see(struct html_facts *facts, const struct subunit2_event *event)
{
	if (facts->has_start || !event->has_timestamp || !subunit2_time_is_dated(event->timestamp))
		return;
	facts->has_start = true;
	facts->start = event->timestamp;
}

static void
html_facts_put_one(FILE *file, const char *name, struct subunit2_view text)
{
	if (subunit2_view_ends(text, SUBUNIT2_LITERAL("\n")) && text.len > 0)
		text.len--;
	if (text.len == 0)
		return;
	put_text(file, "<div><dt>");
	put_text(file, name);
	put_text(file, "</dt><dd>");
	xml_put(file, text);
	put_text(file, "</dd></div>");
}

void
html_facts_put(const struct html_facts *facts, FILE *file)
{
	char date[RFC3339_SIZE] = "";
	put_text(file, "<dl id=\"facts\" data-command=\"");
	struct subunit2_view command = buffer_view(&facts->command);
	command.len -= command.len > 0 && command.data[command.len - 1] == '\n';
	xml_put_attribute(file, command);
	put_text(file, "\">");
	if (facts->has_start) {
		rfc3339_write(facts->start, date);
		date[strlen("2001-12-12T12:59:59")] = '\0';
		html_facts_put_one(file, "started (UTC)", subunit2_view_of(date));
	}
	html_facts_put_one(file, "command", buffer_view(&facts->command));
	html_facts_put_one(file, "host", buffer_view(&facts->host));
	html_facts_put_one(file, "revision", buffer_view(&facts->revision));
	put_text(file, "</dl>");
}

void
html_facts_clear(struct html_facts *facts)
{
	buffer_clear(&facts->command);
	buffer_clear(&facts->host);
	buffer_clear(&facts->revision);
}
