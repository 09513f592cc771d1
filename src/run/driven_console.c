/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "driven_console.h"

#include "event_buffer.h"
#include "lost_input.h"
#include "memory.h"
#include "name_table.h"

#include <stdlib.h>
#include <string.h>

struct driven_console {
	struct subunit2_sink base;
	struct subunit2_sink *sink;
	struct subunit2_view id;
	struct event_buffer *held;
	struct name_table scripts; /* ids of the driver's tests */
	struct name_table ends;    /* see driven_console_record */
	bool flushing;             /* the events that are recorded come from here */
};

/* A held result. */
struct driven_console_facts {
	char *name; /* its id below that of the command; NULL: it is not below it */
	enum subunit2_status status;
};

static enum subunit2_result
driven_console_on_event(struct subunit2_sink *base, const struct subunit2_event *event,
                        struct subunit2_error *error)
{
	struct driven_console *console = (struct driven_console *)base;
	struct subunit2_view id = event->test_id;
	size_t skipped = console->id.len + 2;
	/* Drop the event for totals that disagree: the driver's results do not depend on them. */
	if (lost_input_is(event))
		return SUBUNIT2_E_OK;
	struct event_buffer_test *test = event_buffer_test(console->held, event);
	struct driven_console_facts *facts = event_buffer_facts(test, sizeof(*facts));
	if (!facts->name && id.len > skipped && subunit2_view_starts(id, console->id))
		facts->name = memory_copy_len(id.data + skipped, id.len - skipped);
	if (subunit2_status_is_final(event->status))
		facts->status = event->status;
	return event_buffer_add(console->held, test, event, error);
}

static enum subunit2_result
driven_console_on_finish(struct subunit2_sink *base, struct subunit2_error *error)
{
	(void)base, (void)error;
	return SUBUNIT2_E_OK;
}

struct driven_console *
driven_console_new(struct subunit2_view id, struct subunit2_sink *sink)
{
	struct driven_console *console = memory_zeroed(1, sizeof(*console));
	console->base =
		(struct subunit2_sink){driven_console_on_event, driven_console_on_finish, NULL};
	console->sink = sink;
	console->id = id;
	console->held = memory_have(event_buffer_new());
	name_table_init(&console->scripts);
	name_table_init(&console->ends);
	return console;
}

static void
driven_console_forget(struct event_buffer_test *test)
{
	struct driven_console_facts *facts = event_buffer_facts(test, sizeof(*facts));
	free(facts->name);
	facts->name = NULL;
}

void
driven_console_free(struct driven_console *console)
{
	struct event_buffer_test *test;
	if (!console)
		return;
	while ((test = event_buffer_first(console->held))) {
		driven_console_forget(test);
		event_buffer_drop(console->held, test);
	}
	event_buffer_free(console->held);
	name_table_clear(&console->scripts);
	name_table_clear(&console->ends);
	free(console);
}

struct subunit2_sink *
driven_console_sink(struct driven_console *console)
{
	return &console->base;
}

static uint64_t *
driven_console_count(struct name_table *table, struct subunit2_view name)
{
	return name_table_number(table, name_table_hash(table, name));
}

/* Returns one more than the number of the driver's results whose status is STATUS and whose id
 * is NAME in some folder; 0 if there never was one. */
static uint64_t *
driven_console_end(struct driven_console *console, struct subunit2_view name,
                   enum subunit2_status status)
{
	char *key = memory_format("%.*s %d", (int)name.len, name.data, (int)status);
	uint64_t *count = driven_console_count(&console->ends, subunit2_view_of(key));
	free(key);
	return count;
}

static void
driven_console_count_end(struct driven_console *console, struct subunit2_view name,
                         enum subunit2_status status)
{
	uint64_t *count = driven_console_end(console, name, status);
	*count += *count ? 1 : 2;
}

/* Records a script by its id, and each result by the parts of its id that follow a slash of the
 * path: the console may lack the folder of a result. */
void
driven_console_record(struct driven_console *console, const struct subunit2_event *event)
{
	struct subunit2_view id = event->test_id;
	if (console->flushing || !subunit2_status_is_final(event->status))
		return;
	if (event->runnable)
		*driven_console_count(&console->scripts, id) = 1;
	for (size_t i = 0; i < id.len && id.data[i] != ':'; i++)
		if (id.data[i] == '/')
			driven_console_count_end(
				console, (struct subunit2_view){id.data + i + 1, id.len - i - 1},
				event->status);
}

/* Returns true if the result FACTS also came from the driver. */
static bool
driven_console_is_known(struct driven_console *console, const struct driven_console_facts *facts)
{
	if (!facts->name)
		return false;
	const char *part = strstr(facts->name, "::");
	size_t len = part ? (size_t)(part - facts->name) : strlen(facts->name);
	struct subunit2_view script = {facts->name, len};
	if (*driven_console_count(&console->scripts, script))
		return true;
	uint64_t *count = driven_console_end(console, subunit2_view_of(facts->name), facts->status);
	if (*count < 2)
		return false;
	--*count;
	return true;
}

enum subunit2_result
driven_console_flush(struct driven_console *console, struct subunit2_error *error)
{
	struct event_buffer_test *test;
	console->flushing = true;
	while ((test = event_buffer_first(console->held))) {
		struct driven_console_facts *facts = event_buffer_facts(test, sizeof(*facts));
		bool known = driven_console_is_known(console, facts);
		driven_console_forget(test);
		if (known) {
			event_buffer_drop(console->held, test);
			continue;
		}
		enum subunit2_result result =
			event_buffer_release(console->held, test, console->sink, error);
		if (result != SUBUNIT2_E_OK)
			return result;
	}
	return SUBUNIT2_E_OK;
}
