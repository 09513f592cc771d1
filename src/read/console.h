/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The console of a test harness, which is text for people, as events.
 *
 * Each harness is a struct console_harness in a file of its own: it reads one line after
 * another and reports the results that it finds. The console does what they share: it splits
 * the bytes into lines, gives each test its id and times, attaches the output that follows a
 * failure, and compares the totals that a harness prints with the results that were seen.
 *
 *     bytes → lines → harness → console_report → events
 *                       |
 *                       text
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include "automake_log.h"
#include "make_dirs.h"

#include <subunit2.h>
#include <time.h>

struct console_harness;

struct console_options {
	struct subunit2_view test_id;    /* of the command; copied. Absent: the ids of tests are
	                                    the harness's names alone, and tests are runnable */
	struct subunit2_view route_code; /* may be absent; copied */
	/* See automake_log.h; copied. DIRECTORY is NULL for a saved console: then no file or
	 * folder that it names is looked at. */
	const char *directory, *make_directory;
	struct timespec begun;
	const struct console_harness *only; /* NULL: any of them */
	bool forced;     /* results count from the first byte; else from a line on that shows the
	                    harness */
	bool make_check; /* the command runs a check of automake */
	/* NULL: the console was saved, and each test begins when the one before ended. */
	struct subunit2_time (*clock)(void *context);
	/* Gets every byte that is not part of a result line and not output of a failed test, in
	 * order with the events. */
	enum subunit2_result (*text)(void *context, struct subunit2_view bytes, int64_t now_ms,
	                             struct subunit2_error *error);
	/* Returns whether the tests report themselves, by packets: then the lines of all harnesses
	 * but automake are text. NULL: they do not. */
	bool (*muted)(void *context);
	/* Returns true if results came in another form, such as packets or TAP: then a harness may
	 * print totals without results. NULL: none came. */
	bool (*reported)(void *context);
	void *context; /* of all four */
};

struct console_verdict {
	bool seen;          /* there was a result line */
	bool failed;        /* a test failed, or passed unexpectedly */
	const char *empty;  /* the harness that found no tests, if there was no result line; NULL */
	const char *reason; /* why the command fails even if its exit status is 0: totals that
	                       disagree with the results; NULL: it does not. Valid until the
	                       console is freed */
};

struct console;

struct console *console_new(const struct console_options *options, struct subunit2_sink *sink);
void console_free(struct console *console);

enum subunit2_result console_feed(struct console *console, struct subunit2_view bytes,
                                  int64_t now_ms, struct subunit2_error *error);
/* Returns true if a line of text would be passed on at once: no part of a line is held, and text is
 * not output of a failed test. */
bool console_is_idle(const struct console *console);
/* Returns the time of the next call of console_tick; INT64_MAX: no call is needed. */
int64_t console_deadline(const struct console *console);
enum subunit2_result console_tick(struct console *console, int64_t now_ms,
                                  struct subunit2_error *error);
/* Ends the input: emits what is held, and, if totals disagree, the test "subunit.input" (see
 * util/lost_input.h). */
enum subunit2_result console_finish(struct console *console, struct subunit2_error *error);
struct console_verdict console_verdict(const struct console *console);

/*
 * The side of the harnesses.
 */

enum console_use {
	CONSOLE_OTHER,  /* the line is not the harness's */
	CONSOLE_MARK,   /* it is, and it is text all the same; it ends the output of a failure */
	CONSOLE_RESULT, /* it was reported, and is no text */
	CONSOLE_OUTPUT, /* it was emitted as output of a test, and is no text */
};

/* The beginning of each harness's own state. */
struct console_harness_state {
	bool armed;         /* the harness has shown itself, or was named */
	bool seen;          /* it reported a result */
	uint64_t uncounted; /* tests that its summaries count, although it had printed no result */
};

/* How far a line alone identifies the format of an input. */
enum console_sign {
	CONSOLE_SIGN_NONE,
	CONSOLE_SIGN_POSSIBLE, /* it counts if a certain sign follows */
	CONSOLE_SIGN_LIKELY,   /* the same, or if the input ends and shows no other format */
	CONSOLE_SIGN_CERTAIN,
};

struct console_harness {
	const char *name;     /* as --from has it */
	const char *no_tests; /* the line that says that there are no tests; NULL: there is no such
	                         line */
	size_t size;          /* bytes of its state, which are all zero at first */
	bool timed;           /* it prints how long each test took */
	bool redraws;         /* on a terminal it prints progress, and then the result in its place,
	                         after a carriage return */
	bool output_follows;  /* text after a failure is the test's output, up to the next line
	                         of a harness */
	/* Returns what LINE, without its newline and colors, says about an unknown input. */
	enum console_sign (*sign)(struct subunit2_view line);
	/* Reads LINE, without its newline and colors, and reports the result in it. */
	enum subunit2_result (*line)(struct console *console, void *state,
	                             struct subunit2_view line, enum console_use *use,
	                             struct subunit2_error *error);
	/* Called once, at the end of the input, before CHECK. May be NULL. */
	enum subunit2_result (*finish)(struct console *console, void *state,
	                               struct subunit2_error *error);
	/* Returns how the harness's totals disagree with its results, to be freed; NULL if they
	 * do not. Called once, at the end of the input. */
	char *(*check)(struct console *console, void *state);
	void (*clear)(void *state); /* frees what STATE refers to; NULL: nothing */
};

extern const struct console_harness console_automake, console_ctest, console_meson, console_prove,
	console_autotest, console_dejagnu;

/* Returns the harness with that NAME; or NULL. */
const struct console_harness *console_harness_find(const char *name);

/* Returns what LINE, with or without a newline, says about an unknown input. */
enum console_sign console_line_sign(const struct console_harness *harness,
                                    struct subunit2_view line);

#define CONSOLE_NO_DURATION (-1)

/* A test, or a part of one, as a harness reports it. */
struct console_test {
	struct subunit2_view name;
	struct subunit2_view part; /* "x" for the id "NAME::x"; absent: the test itself */
	bool has_number;           /* NUMBER tells tests apart that run side by side */
	uint64_t number;
	enum subunit2_status status;
	struct subunit2_view tag;    /* absent: none */
	struct subunit2_view reason; /* absent or empty: none */
	int64_t duration_ns;         /* or CONSOLE_NO_DURATION */
	/* If the test failed, and the harness writes the output of all tests to one log: a text
	 * that identifies the test in the log. The last event of the test then waits until
	 * console_attach or console_end_waiting is called; it does not wait if console_note_output
	 * is called before, or if the console was saved. Absent: there is no such log. */
	struct subunit2_view key;
	struct subunit2_view logs[3]; /* files to attach if the test failed: the first of
	                                 these that exists, a path below the folder that make is
	                                 in, without ".log"; absent: none */
};

/* Begins TEST, which has a number. */
enum subunit2_result console_begin(struct console *console, const struct console_test *test,
                                   struct subunit2_error *error);

/* Reports TEST with a final status; it begins here if it did not before. */
enum subunit2_result console_report(struct console *console, const struct console_test *test,
                                    struct subunit2_error *error);

/* Emits LINE and a newline as output of the test NUMBER. False: no such test has begun. */
bool console_output(struct console *console, uint64_t number, struct subunit2_view line,
                    enum subunit2_result *result, struct subunit2_error *error);

/* To be called if the output of the test that failed last follows on the console: the test then
 * does not wait for the log. */
void console_note_output(struct console *console);

/* Ends the first test that waits and has KEY; the texts become its files "stdout" and "stderr".
 * Does nothing if there is no such test. */
enum subunit2_result console_attach(struct console *console, struct subunit2_view key,
                                    struct subunit2_view stdout_text,
                                    struct subunit2_view stderr_text, struct subunit2_error *error);

/* Returns whether a test waits for the log. */
bool console_is_waiting(const struct console *console);

/* Ends all tests that wait for the log. */
enum subunit2_result console_end_waiting(struct console *console, struct subunit2_error *error);

/* The test that failed last runs again, as NUMBER: it has not ended yet, and is tagged
 * "flaky". Does nothing if it was another one. */
void console_retry(struct console *console, uint64_t number);

/* Opens the file NAME, an absolute path or one below the folder that make is in, if it may be read
 * (see automake_log.h). Returns its descriptor, or -1. */
int console_open_file(const struct console *console, const char *name);

/* Returns whether a test failed, or passed unexpectedly. */
bool console_has_failed(const struct console *console);

/* Returns whether results came in another form, such as packets or TAP. */
bool console_is_reported(const struct console *console);

/* Returns the folders that make is in. */
struct make_dirs *console_dirs(struct console *console);

#endif
