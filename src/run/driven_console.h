/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Results that come twice: once from the test driver of `wrap --automake`, as packets, and once
 * from the console on which that driver and make print them.
 *
 * Results of the console are held back until the command has ended. Those that also came from
 * the driver are dropped then, and the others, which are those of harnesses without a driver,
 * are passed on.
 */
#ifndef DRIVEN_CONSOLE_H
#define DRIVEN_CONSOLE_H

#include <subunit2.h>

struct driven_console;

/* ID is the test id of the command, below which the console's results are. It and SINK outlive
 * the console. */
struct driven_console *driven_console_new(struct subunit2_view id, struct subunit2_sink *sink);
void driven_console_free(struct driven_console *console);

/* Returns the sink for the events of the console. */
struct subunit2_sink *driven_console_sink(struct driven_console *console);

/* Records an event of the driver. */
void driven_console_record(struct driven_console *console, const struct subunit2_event *event);

/* Passes on what is left, at the end of the command. */
enum subunit2_result driven_console_flush(struct driven_console *console,
                                          struct subunit2_error *error);

#endif
