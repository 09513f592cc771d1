/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "driven_console.h"

#include "check.h"
#include "memory_file.h"

#include <string.h>

struct listing {
	struct subunit2_sink sink;
	FILE *file;
	struct driven_console *console; /* records what comes here, as of the driver */
};

static enum subunit2_result
on_event(struct subunit2_sink *sink, const struct subunit2_event *event,
         struct subunit2_error *error)
{
	struct listing *listing = (struct listing *)sink;
	(void)error;
	fprintf(listing->file, "%s %.*s\n", subunit2_status_name(event->status),
	        (int)event->test_id.len, event->test_id.data);
	driven_console_record(listing->console, event);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
on_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	(void)sink, (void)error;
	return SUBUNIT2_E_OK;
}

static struct subunit2_event
result_of(const char *id, enum subunit2_status status, bool runnable)
{
	return (struct subunit2_event){
		.test_id = subunit2_view_of(id), .status = status, .runnable = runnable};
}

static void
drive(struct driven_console *console, const char *id, enum subunit2_status status, bool runnable)
{
	struct subunit2_event event = result_of(id, status, runnable);
	driven_console_record(console, &event);
}

static void
show_at(struct driven_console *console, const char *id, enum subunit2_status status,
        const char *code)
{
	struct subunit2_event event = result_of(id, status, false);
	event.route_code = subunit2_view_of(code);
	CHECK(subunit2_sink_event(driven_console_sink(console), &event, NULL) == SUBUNIT2_E_OK);
}

static void
show(struct driven_console *console, const char *id, enum subunit2_status status)
{
	show_at(console, id, status, NULL);
}

int
main(void)
{
	char *text = NULL;
	size_t len = 0;
	struct listing listing = {{on_event, on_finish, NULL}, memory_file(&text, &len), NULL};
	struct driven_console *console = listing.console =
		driven_console_new(SUBUNIT2_LITERAL("make"), &listing.sink);
	drive(console, "a/x", SUBUNIT2_STATUS_SUCCESS, true);
	show(console, "make::a/x", SUBUNIT2_STATUS_SUCCESS);
	/* Assertions of a script that the driver ran, however many. */
	show(console, "make::b/t.tap::one", SUBUNIT2_STATUS_SUCCESS);
	show(console, "make::b/t.tap::two", SUBUNIT2_STATUS_FAIL);
	drive(console, "b/t.tap", SUBUNIT2_STATUS_FAIL, true);
	/* The folder is not known: one result of the console for each of the driver. */
	drive(console, "c/y", SUBUNIT2_STATUS_FAIL, true);
	show(console, "make::y", SUBUNIT2_STATUS_FAIL);
	/* The same name in a folder without a driver, and another status. */
	show(console, "make::d/y", SUBUNIT2_STATUS_FAIL);
	drive(console, "e/z", SUBUNIT2_STATUS_SUCCESS, true);
	show(console, "make::z", SUBUNIT2_STATUS_FAIL);
	show(console, "make::hand", SUBUNIT2_STATUS_SUCCESS);
	/* A path from the root; two results of the driver, and three of the console. */
	drive(console, "/root", SUBUNIT2_STATUS_SUCCESS, true);
	show(console, "make::root", SUBUNIT2_STATUS_SUCCESS);
	drive(console, "f/w", SUBUNIT2_STATUS_SUCCESS, true);
	drive(console, "g/w", SUBUNIT2_STATUS_SUCCESS, true);
	show(console, "make::w", SUBUNIT2_STATUS_SUCCESS);
	show(console, "make::x/w", SUBUNIT2_STATUS_SUCCESS);
	for (int i = 0; i < 2; i++)
		show(console, i ? "make::1/w" : "make::0/w", SUBUNIT2_STATUS_SUCCESS);
	/* A result of the driver stands for one of the console, wherever that came from. */
	drive(console, "h/v", SUBUNIT2_STATUS_FAIL, false);
	for (int i = 0; i < 2; i++)
		show_at(console, "make::v", SUBUNIT2_STATUS_FAIL, i ? "1" : "0");
	/* A result that was passed on is none of the driver. */
	show(console, "make::i/u", SUBUNIT2_STATUS_FAIL);
	show(console, "make::u", SUBUNIT2_STATUS_FAIL);
	/* A result that is not below the command. */
	show(console, "other", SUBUNIT2_STATUS_SUCCESS);
	show(console, "subunit.input", SUBUNIT2_STATUS_FAIL);
	CHECK(subunit2_sink_finish(driven_console_sink(console), NULL) == SUBUNIT2_E_OK);
	CHECK(driven_console_flush(console, NULL) == SUBUNIT2_E_OK);
	fclose(listing.file);
	CHECK(strcmp(text, "fail make::d/y\nfail make::z\nsuccess make::hand\n"
	                   "success make::x/w\nsuccess make::0/w\nsuccess make::1/w\n"
	                   "fail make::v\nfail make::i/u\nfail make::u\nsuccess other\n") == 0);
	driven_console_free(console);
	free(text);
	return check_done();
}
