/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The console of DejaGnu's runtest.
 *
 *     		=== find tests ===
 *     Running ./find.gnu/name.exp ...
 *     FAIL: name, old-O1
 *
 *     		=== find Summary ===
 *
 *     # of expected passes		479
 *     # of unexpected failures	1
 *
 * Each script is a test, and each result a part of it: "find.gnu/name.exp::name, old-O1".
 * `make check RUNTESTFLAGS=name.exp` runs the script again. Without --all runtest prints only
 * the results that are not expected; the others are read from its list of results,
 * "find.sum", if the console is that of a command.
 */
#include "console.h"

#include "memory.h"
#include "scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum dejagnu_result {
	DEJAGNU_PASS,
	DEJAGNU_FAIL,
	DEJAGNU_XPASS,
	DEJAGNU_XFAIL,
	DEJAGNU_KPASS,
	DEJAGNU_KFAIL,
	DEJAGNU_UNRESOLVED,
	DEJAGNU_UNTESTED,
	DEJAGNU_UNSUPPORTED,
	DEJAGNU_RESULTS,
};

static const struct dejagnu_kind {
	const char *word;  /* of a result */
	const char *total; /* in the summary, after "# of " */
	enum subunit2_status status;
	bool printed; /* on the console, also without --all */
} dejagnu_kinds[DEJAGNU_RESULTS] = {
	{"PASS:", "expected passes", SUBUNIT2_STATUS_SUCCESS, false},
	{"FAIL:", "unexpected failures", SUBUNIT2_STATUS_FAIL, true},
	{"XPASS:", "unexpected successes", SUBUNIT2_STATUS_UXSUCCESS, true},
	{"XFAIL:", "expected failures", SUBUNIT2_STATUS_XFAIL, false},
	{"KPASS:", "unknown successes", SUBUNIT2_STATUS_UXSUCCESS, true},
	{"KFAIL:", "known failures", SUBUNIT2_STATUS_XFAIL, false},
	{"UNRESOLVED:", "unresolved testcases", SUBUNIT2_STATUS_FAIL, false},
	{"UNTESTED:", "untested testcases", SUBUNIT2_STATUS_SKIP, false},
	{"UNSUPPORTED:", "unsupported tests", SUBUNIT2_STATUS_SKIP, false},
};

struct dejagnu {
	struct console_harness_state state;
	bool within, summary; /* in a suite, before or in its summary */
	bool any_suite;
	uint64_t unfinished; /* suites whose summary has not begun */
	char *tool;          /* the name of the suite; NULL: not known */
	char *script;        /* that is running; NULL: none */
	uint64_t number;
	enum subunit2_status script_status;
	char *script_reason;
	uint64_t seen[DEJAGNU_RESULTS]; /* in this suite */
	bool counted[DEJAGNU_RESULTS];  /* by its summary */
	char *disagrees;                /* how a total disagrees; or NULL */
};

/* Removes "WORD: " of a result from LINE; the name of a result may be empty. Returns false if LINE
 * is not a result. */
static bool
dejagnu_take_kind(struct subunit2_view *line, enum dejagnu_result *kind)
{
	for (int i = 0; i < DEJAGNU_RESULTS; i++)
		if (scan_take(line, dejagnu_kinds[i].word)) {
			*kind = (enum dejagnu_result)i;
			return line->len == 0 || scan_take(line, " ");
		}
	return false;
}

/* Reads "		=== NAME ENDING"; sets NAME. */
static bool
dejagnu_is_banner(struct subunit2_view line, struct subunit2_view ending,
                  struct subunit2_view *name)
{
	if (!scan_take(&line, "\t\t=== ") || !subunit2_view_ends(line, ending))
		return false;
	*name = (struct subunit2_view){line.data, line.len - ending.len};
	return name->len > 0;
}

/* Reads "Running ./find.gnu/name.exp ..."; sets PATH without what stands before the folder of the
 * suite. */
static bool
dejagnu_parse_running(struct subunit2_view line, struct subunit2_view *path)
{
	struct subunit2_view dots = SUBUNIT2_LITERAL(" ..."),
			     folder = SUBUNIT2_LITERAL("testsuite/");
	const char *hit;
	if (!scan_take(&line, "Running ") || !subunit2_view_ends(line, dots))
		return false;
	line.len -= dots.len;
	while ((hit = memmem(line.data, line.len, folder.data, folder.len)))
		line = scan_skip(line, (size_t)(hit - line.data) + folder.len);
	scan_take(&line, "./");
	*path = line;
	return line.len > 0 && !memchr(line.data, ' ', line.len);
}

/* Reports the script that ran. */
static enum subunit2_result
dejagnu_end_script(struct dejagnu *dejagnu, struct console *console, struct subunit2_error *error)
{
	if (!dejagnu->script)
		return SUBUNIT2_E_OK;
	struct console_test test = {
		.name = subunit2_view_of(dejagnu->script),
		.has_number = true,
		.number = dejagnu->number,
		.status = dejagnu->script_status,
		.reason = subunit2_view_of(dejagnu->script_reason),
		.duration_ns = CONSOLE_NO_DURATION,
	};
	dejagnu->state.seen = true;
	enum subunit2_result result = console_report(console, &test, error);
	free(dejagnu->script);
	free(dejagnu->script_reason);
	dejagnu->script = dejagnu->script_reason = NULL;
	return result;
}

static enum subunit2_result
dejagnu_begin_script(struct dejagnu *dejagnu, struct console *console, struct subunit2_view path,
                     struct subunit2_error *error)
{
	enum subunit2_result result = dejagnu_end_script(dejagnu, console, error);
	dejagnu->script = memory_copy_len(path.data, path.len);
	dejagnu->script_status = SUBUNIT2_STATUS_SUCCESS;
	const struct console_test test = {
		.name = path,
		.has_number = true,
		.number = ++dejagnu->number,
		.duration_ns = CONSOLE_NO_DURATION,
	};
	return result == SUBUNIT2_E_OK ? console_begin(console, &test, error) : result;
}

/* Reports the result KIND of the part NAME of SCRIPT. */
static enum subunit2_result
dejagnu_report(struct dejagnu *dejagnu, struct console *console, const char *script,
               enum dejagnu_result kind, struct subunit2_view name, struct subunit2_error *error)
{
	if (name.len == 0)
		name = SUBUNIT2_LITERAL("(unnamed)");
	struct console_test test = {
		.name = subunit2_view_of(script),
		.part = name,
		.status = dejagnu_kinds[kind].status,
		.duration_ns = CONSOLE_NO_DURATION,
	};
	if (kind == DEJAGNU_UNRESOLVED)
		test.tag = SUBUNIT2_LITERAL("error");
	if (!script) {
		test.name = name;
		test.part = SUBUNIT2_ABSENT;
	}
	if (subunit2_status_is_bad(test.status))
		dejagnu->script_status = SUBUNIT2_STATUS_FAIL;
	dejagnu->seen[kind]++;
	return console_report(console, &test, error);
}

/* Opens the list of the suite's results if the console does not show all of them; or NULL. */
static FILE *
dejagnu_open_sum(const struct dejagnu *dejagnu, struct console *console)
{
	if (dejagnu->seen[DEJAGNU_PASS] > 0)
		return NULL;
	char *name = memory_format("%s.sum", dejagnu->tool);
	int fd = strchr(name, '/') ? -1 : console_open_file(console, name);
	FILE *file = fd >= 0 ? fdopen(fd, "r") : NULL;
	if (!file && fd >= 0)
		close(fd);
	free(name);
	return file;
}

/* Reports the results that the console did not show. Does not read the log of the suite, because it
 * holds the output of tests, which may look like results. */
static enum subunit2_result
dejagnu_read_sum(struct dejagnu *dejagnu, struct console *console, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	FILE *file = dejagnu_open_sum(dejagnu, console);
	char *line = NULL, *script = NULL;
	size_t size = 0;
	ssize_t len;
	while (file && result == SUBUNIT2_E_OK && (len = getline(&line, &size, file)) > 0) {
		struct subunit2_view text = scan_trim_end(
			(struct subunit2_view){line, (size_t)len - (line[len - 1] == '\n')});
		enum dejagnu_result kind;
		struct subunit2_view path;
		if (dejagnu_parse_running(text, &path)) {
			free(script);
			script = memory_copy_len(path.data, path.len);
		} else if (dejagnu_take_kind(&text, &kind) && !dejagnu_kinds[kind].printed) {
			result = dejagnu_report(dejagnu, console, script, kind, text, error);
		}
	}
	free(script);
	free(line);
	if (file)
		fclose(file);
	return result;
}

/* Begins the summary of the suite. */
static enum subunit2_result
dejagnu_begin_summary(struct dejagnu *dejagnu, struct console *console,
                      struct subunit2_error *error)
{
	enum subunit2_result result = dejagnu_end_script(dejagnu, console, error);
	if (result == SUBUNIT2_E_OK)
		result = dejagnu_read_sum(dejagnu, console, error);
	dejagnu->within = false;
	dejagnu->summary = true;
	return result;
}

/* Reads "# of expected passes		479". */
static bool
dejagnu_parse_total(struct dejagnu *dejagnu, struct subunit2_view line)
{
	if (!scan_take(&line, "# of "))
		return false;
	for (int i = 0; i < DEJAGNU_RESULTS; i++) {
		const struct dejagnu_kind *kind = &dejagnu_kinds[i];
		uint64_t total, seen = dejagnu->seen[i];
		struct subunit2_view rest = line;
		if (!scan_take(&rest, kind->total))
			continue;
		scan_take_blanks(&rest);
		if (!scan_take_number(&rest, &total))
			return false;
		dejagnu->counted[i] = true;
		/* Results that are expected need not be on the console; if one is, all are. */
		bool hidden = !kind->printed && i != DEJAGNU_UNRESOLVED && seen == 0 &&
		              dejagnu->seen[DEJAGNU_PASS] == 0;
		if (total != seen && !hidden && !dejagnu->disagrees)
			dejagnu->disagrees = memory_format(
				"runtest's summary counts %llu %s, but %llu of them were seen",
				(unsigned long long)total, kind->total, (unsigned long long)seen);
		return true;
	}
	return false;
}

/* To be called at the end of a suite: its summary counts each kind of result that was seen. */
static void
dejagnu_end_suite(struct dejagnu *dejagnu)
{
	for (int i = 0; i < DEJAGNU_RESULTS && dejagnu->summary; i++)
		if (dejagnu->seen[i] && !dejagnu->counted[i] && !dejagnu->disagrees)
			dejagnu->disagrees = memory_format(
				"runtest's summary does not count the %s that were seen",
				dejagnu_kinds[i].total);
}

static void
dejagnu_begin_suite(struct dejagnu *dejagnu, struct subunit2_view tool)
{
	dejagnu_end_suite(dejagnu);
	dejagnu->unfinished++;
	free(dejagnu->tool);
	dejagnu->tool = memory_copy_len(tool.data, tool.len);
	memset(dejagnu->seen, 0, sizeof(dejagnu->seen));
	memset(dejagnu->counted, 0, sizeof(dejagnu->counted));
	dejagnu->state.armed = dejagnu->within = dejagnu->any_suite = true;
	dejagnu->summary = false;
}

/* Reads a line of a suite, before its summary. */
static enum subunit2_result
dejagnu_suite_line(struct dejagnu *dejagnu, struct console *console, struct subunit2_view line,
                   enum console_use *use, struct subunit2_error *error)
{
	struct subunit2_view name = line;
	enum dejagnu_result kind;
	if (dejagnu_parse_running(line, &name)) {
		*use = CONSOLE_MARK;
		return dejagnu_begin_script(dejagnu, console, name, error);
	}
	if (dejagnu_take_kind(&name, &kind)) {
		*use = CONSOLE_RESULT;
		return dejagnu_report(dejagnu, console, dejagnu->script, kind, name, error);
	}
	if (dejagnu->script &&
	    subunit2_view_starts(line, SUBUNIT2_LITERAL("ERROR: tcl error sourcing "))) {
		dejagnu->script_status = SUBUNIT2_STATUS_FAIL;
		free(dejagnu->script_reason);
		dejagnu->script_reason = memory_copy_len(line.data, line.len);
	}
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
dejagnu_line(struct console *console, void *state, struct subunit2_view line, enum console_use *use,
             struct subunit2_error *error)
{
	struct dejagnu *dejagnu = state;
	struct subunit2_view name;
	if (dejagnu_is_banner(line, SUBUNIT2_LITERAL(" tests ==="), &name)) {
		*use = CONSOLE_MARK;
		dejagnu_begin_suite(dejagnu, name);
	} else if (dejagnu->unfinished > 0 &&
	           dejagnu_is_banner(line, SUBUNIT2_LITERAL(" Summary ==="), &name)) {
		*use = CONSOLE_MARK;
		dejagnu->unfinished--;
		return dejagnu->within ? dejagnu_begin_summary(dejagnu, console, error)
		                       : SUBUNIT2_E_OK;
	} else if (dejagnu->summary && dejagnu_parse_total(dejagnu, line)) {
		*use = CONSOLE_MARK;
	} else if (dejagnu->within || (dejagnu->state.armed && !dejagnu->any_suite)) {
		return dejagnu_suite_line(dejagnu, console, line, use, error);
	}
	return SUBUNIT2_E_OK;
}

static char *
dejagnu_check(struct console *console, void *state)
{
	struct dejagnu *dejagnu = state;
	(void)console;
	dejagnu_end_suite(dejagnu);
	char *disagrees = dejagnu->disagrees;
	dejagnu->disagrees = NULL;
	if (disagrees || !dejagnu->unfinished)
		return disagrees;
	/* A summary after another suite has begun may be that of either. */
	if (dejagnu->unfinished == 1 && dejagnu->within)
		return memory_format("runtest printed no summary of %s", dejagnu->tool);
	return memory_format("runtest printed no summary of %llu of its suites",
	                     (unsigned long long)dejagnu->unfinished);
}

static void
dejagnu_clear(void *state)
{
	struct dejagnu *dejagnu = state;
	free(dejagnu->tool);
	free(dejagnu->script);
	free(dejagnu->script_reason);
	free(dejagnu->disagrees);
}

static enum console_sign
dejagnu_sign(struct subunit2_view line)
{
	struct subunit2_view name;
	return dejagnu_is_banner(line, SUBUNIT2_LITERAL(" tests ==="), &name) ? CONSOLE_SIGN_CERTAIN
	                                                                      : CONSOLE_SIGN_NONE;
}

const struct console_harness console_dejagnu = {
	.name = "dejagnu",
	.size = sizeof(struct dejagnu),
	.output_follows = true,
	.sign = dejagnu_sign,
	.line = dejagnu_line,
	.check = dejagnu_check,
	.clear = dejagnu_clear,
};
