/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The files of a console's tests: their output, reasons and logs, those that automake leaves beside
 * the tests. Each function that emits returns the first error of the sink.
 */
#ifndef CONSOLE_FILES_H
#define CONSOLE_FILES_H

#include "console_state.h"

/* Uses the options of CONSOLE. */
void console_files_init(struct console *console);
void console_files_clear(struct console *console);

/* Emits BYTES as output of the test ID, which is copied. Ends that of another test. */
enum subunit2_result console_files_add_output(struct console *console, const char *id,
                                              bool runnable, struct subunit2_view bytes,
                                              struct subunit2_error *error);

/* Ends the output that goes to a test. */
enum subunit2_result console_files_end_output(struct console *console,
                                              struct subunit2_error *error);

/* Emits BYTES, if there are any, as the file NAME of the test ID. */
enum subunit2_result console_files_add_text(struct console *console, const char *id, bool runnable,
                                            const char *name, struct subunit2_view bytes,
                                            struct subunit2_error *error);

/* Emits REASON, if it is not empty, as a file of EVENT, which has the rest. */
enum subunit2_result console_files_add_reason(struct console *console, struct subunit2_event event,
                                              struct subunit2_view reason,
                                              struct subunit2_error *error);

/* Emits the log of TEST, if it may be read, as a file of EVENT, which has the rest: once for all
 * failures that name it one after another. */
enum subunit2_result console_files_add_log(struct console *console, struct subunit2_event event,
                                           const struct console_test *test,
                                           struct subunit2_error *error);

#endif
