/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The tests of a console: those that run side by side; the one that failed last, whose last event
 * waits for its output; and those whose last events wait for the log of the harness. The functions
 * that harnesses call, such as console_report, are declared in console.h. Each function that emits
 * returns the first error of the sink.
 */
#ifndef CONSOLE_TESTS_H
#define CONSOLE_TESTS_H

#include "console_state.h"

void console_tests_init(struct console *console);
void console_tests_clear(struct console *console);

/* Ends the output of the test that failed last, and emits its last event, or keeps it until the log
 * of the harness is complete. Does nothing if no test is waiting for its output. */
enum subunit2_result console_tests_end_failed(struct console *console,
                                              struct subunit2_error *error);

/* Emits the first events of the tests that have begun and not ended, unless they were emitted. */
enum subunit2_result console_tests_emit_running(struct console *console,
                                                struct subunit2_error *error);

#endif
