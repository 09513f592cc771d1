/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The console of Perl's prove, and of `make test` of a Perl module.
 *
 *     t/a.t .. ok
 *     t/s.t .. skipped: no net
 *     t/b.t ..
 *     Dubious, test returned 1 (wstat 256, 0x100)
 *     Failed 1/3 subtests
 *     Files=3, Tests=5,  0 wallclock secs ( 0.03 usr …)
 *
 * The id is the path of the script, which prove takes. With -v the TAP of each script stands
 * between its name and its result: a reader of TAP comes first, and passes on all other lines.
 * With -Q there is only the summary.
 */
#include "console.h"

#include "memory.h"
#include "scan.h"

#include <stdlib.h>

struct prove {
	struct console_harness_state state;
	char *script;     /* its name was printed, and its result is still to come; or NULL */
	char *dubious;    /* the line before, which says how it exited; or NULL */
	uint64_t scripts; /* seen since the last summary */
	bool failed;      /* one of them */
	bool summarised;
	bool judged;     /* a "Result: " was read */
	bool totalled;   /* the line before was "Files=…", after no result of a script */
	char *stop;      /* the line that says that prove did not run all scripts; or NULL */
	char *disagrees; /* how a summary disagrees with what was seen; or NULL */
};

static void
prove_forget(struct prove *prove)
{
	free(prove->script);
	free(prove->dubious);
	prove->script = prove->dubious = NULL;
}

/* Reads "t/a.t ..  REST", after "[12:34:56] " with --timer. A name that does not end in ".t" counts
 * only after another line of prove. */
static bool
prove_parse_header(const struct prove *prove, struct subunit2_view line, struct subunit2_view *name,
                   struct subunit2_view *rest)
{
	if (line.len > 11 && line.data[0] == '[' && line.data[1] >= '0' && line.data[1] <= '9' &&
	    line.data[9] == ']' && line.data[10] == ' ')
		line = scan_skip(line, 11);
	*name = scan_take_word(&line);
	size_t dots = 0;
	if (!name->len || !scan_take(&line, " "))
		return false;
	while (dots < line.len && line.data[dots] == '.')
		dots++;
	*rest = scan_skip(line, dots);
	if (dots < 2 || (rest->len && *rest->data != ' '))
		return false;
	scan_take_blanks(rest);
	return subunit2_view_ends(*name, SUBUNIT2_LITERAL(".t")) ||
	       ((prove->state.armed || rest->len) &&
	        (memchr(name->data, '.', name->len) || memchr(name->data, '/', name->len)));
}

static enum subunit2_result
prove_report(struct prove *prove, struct console *console, struct subunit2_view name,
             enum subunit2_status status, struct subunit2_view reason, int64_t duration_ns,
             struct subunit2_error *error)
{
	struct console_test test = {
		.name = name,
		.status = status,
		.reason = reason,
		.duration_ns = duration_ns,
	};
	prove->scripts++;
	prove->failed |= status == SUBUNIT2_STATUS_FAIL;
	prove->summarised = false;
	enum subunit2_result result = console_report(console, &test, error);
	prove_forget(prove);
	return result;
}

/* Reads "ok", "ok  12 ms", "ok  12 ms ( 0.00 usr …)". */
static bool
prove_parse_passed(struct subunit2_view text, int64_t *duration_ns)
{
	uint64_t ms;
	*duration_ns = CONSOLE_NO_DURATION;
	if (!scan_take(&text, "ok"))
		return false;
	if (!scan_trim_end(text).len)
		return true;
	scan_take_blanks(&text);
	if (!scan_take_number(&text, &ms) || ms > UINT32_MAX || !scan_take(&text, " ms"))
		return false;
	*duration_ns = (int64_t)ms * 1000000;
	return !scan_trim_end(text).len || subunit2_view_starts(text, SUBUNIT2_LITERAL(" ("));
}

/* Reads "Failed 1/3 subtests", "No subtests run", "All 2 subtests passed": the result of a script
 * that did not pass. */
static bool
prove_is_failure(struct subunit2_view text)
{
	struct subunit2_view all = text;
	uint64_t number;
	if (scan_take(&text, "Failed "))
		return scan_take_number(&text, &number) && scan_take(&text, "/") &&
		       scan_take_number(&text, &number) && scan_take(&text, " subtests");
	if (scan_take(&all, "All "))
		return scan_take_number(&all, &number) && scan_take(&all, " subtests passed");
	return scan_take(&text, "No subtests run");
}

/* Reads TEXT, which follows the name of the script, on its line or on one of the next. */
static enum subunit2_result
prove_result(struct prove *prove, struct console *console, struct subunit2_view text,
             enum console_use *use, struct subunit2_error *error)
{
	int64_t duration_ns;
	struct subunit2_view script = subunit2_view_of(prove->script);
	text = scan_trim_end(text);
	*use = CONSOLE_RESULT;
	if (prove_parse_passed(text, &duration_ns))
		return prove_report(prove, console, script, SUBUNIT2_STATUS_SUCCESS,
		                    SUBUNIT2_ABSENT, duration_ns, error);
	if (scan_take(&text, "skipped: "))
		return prove_report(prove, console, script, SUBUNIT2_STATUS_SKIP, text,
		                    CONSOLE_NO_DURATION, error);
	if (prove_is_failure(text)) {
		char *reason = memory_format("%s%s%.*s", prove->dubious ? prove->dubious : "",
		                             prove->dubious ? "\n" : "", (int)text.len, text.data);
		enum subunit2_result result =
			prove_report(prove, console, script, SUBUNIT2_STATUS_FAIL,
		                     subunit2_view_of(reason), CONSOLE_NO_DURATION, error);
		free(reason);
		return result;
	}
	*use = CONSOLE_OTHER;
	if (subunit2_view_starts(text, SUBUNIT2_LITERAL("Dubious, test returned "))) {
		free(prove->dubious);
		prove->dubious = memory_copy_len(text.data, text.len);
		*use = CONSOLE_MARK;
	}
	return SUBUNIT2_E_OK;
}

/* Reads a line that says that prove did not run all scripts. */
static bool
prove_parse_stop(struct prove *prove, struct subunit2_view line)
{
	if (!subunit2_view_starts(line, SUBUNIT2_LITERAL("Bailout called.  Further testing ")) &&
	    !subunit2_view_starts(line, SUBUNIT2_LITERAL("Cannot detect source of '")))
		return false;
	line = scan_trim_end(line);
	free(prove->stop);
	prove->stop = memory_copy_len(line.data, line.len);
	return true;
}

/* Reads "Files=3, Tests=5,  0 wallclock secs …", which comes before "Result: ". */
static bool
prove_scan_total(struct subunit2_view line, uint64_t *files)
{
	uint64_t number;
	if (!scan_take(&line, "Files=") || !scan_take_number(&line, files) ||
	    !scan_take(&line, ", Tests=") || !scan_take_number(&line, &number) ||
	    !scan_take(&line, ", "))
		return false;
	scan_take_blanks(&line);
	return scan_take_number(&line, &number) && scan_take(&line, " wallclock secs");
}

static bool
prove_parse_total(struct prove *prove, struct subunit2_view line)
{
	uint64_t files;
	if (!prove_scan_total(line, &files))
		return false;
	if (files != prove->scripts && !prove->disagrees)
		prove->disagrees = memory_format(
			"prove's summary counts %llu scripts, but %llu of them were seen",
			(unsigned long long)files, (unsigned long long)prove->scripts);
	prove->summarised = true;
	prove->scripts = 0;
	return true;
}

/* Reads "Result: FAIL". If prove stopped, "Result: PASS" is wrong: prove -j prints it even then. */
static bool
prove_parse_verdict(struct prove *prove, struct subunit2_view line)
{
	if (!scan_take(&line, "Result: "))
		return false;
	bool failed = subunit2_view_starts(line, SUBUNIT2_LITERAL("FAIL"));
	bool explained = failed && prove->failed;
	if (prove->stop && !explained && !prove->disagrees)
		prove->disagrees = memory_format("prove stopped: %s", prove->stop);
	if (failed && !explained && !prove->disagrees)
		prove->disagrees =
			memory_copy("prove's result is FAIL, but no failed script was seen");
	free(prove->stop);
	prove->stop = NULL;
	prove->failed = false;
	prove->judged = true;
	return true;
}

/* Reads a line of prove -Q, which prints only the reason why it stopped and the summary. The line
 * stays text: without a result of a script, the output may be that of another harness. */
static void
prove_parse_quiet(struct prove *prove, struct subunit2_view line)
{
	bool totalled = prove->totalled;
	uint64_t files;
	prove->totalled = prove_scan_total(line, &files);
	if (totalled)
		prove_parse_verdict(prove, line);
	else
		prove_parse_stop(prove, line);
}

static enum subunit2_result
prove_line(struct console *console, void *state, struct subunit2_view line, enum console_use *use,
           struct subunit2_error *error)
{
	struct prove *prove = state;
	struct subunit2_view name, rest;
	if (prove_parse_header(prove, line, &name, &rest)) {
		prove_forget(prove);
		prove->script = memory_copy_len(name.data, name.len);
		enum subunit2_result result = prove_result(prove, console, rest, use, error);
		if (*use == CONSOLE_OTHER && rest.len)
			prove_forget(prove);
		else if (*use == CONSOLE_OTHER)
			*use = CONSOLE_MARK;
		return result;
	}
	if ((prove->script || prove->state.seen) && prove_parse_stop(prove, line)) {
		*use = CONSOLE_MARK;
		return SUBUNIT2_E_OK;
	}
	if (prove->script)
		return prove_result(prove, console, line, use, error);
	if (!prove->state.seen)
		prove_parse_quiet(prove, line);
	else if (prove_parse_total(prove, line) || prove_parse_verdict(prove, line))
		*use = CONSOLE_MARK;
	return SUBUNIT2_E_OK;
}

static char *
prove_check(struct console *console, void *state)
{
	struct prove *prove = state;
	(void)console;
	char *disagrees = prove->disagrees;
	prove->disagrees = NULL;
	/* prove prints an error about a missing script after its summary. */
	if (!disagrees && prove->stop && (prove->judged || prove->state.seen))
		return memory_format("prove stopped: %s", prove->stop);
	if (disagrees || !prove->state.seen)
		return disagrees;
	if (prove->script)
		return memory_format("prove printed no result of %s", prove->script);
	return prove->summarised ? NULL
	                         : memory_copy("prove printed no summary after its last script");
}

static void
prove_clear(void *state)
{
	struct prove *prove = state;
	prove_forget(prove);
	free(prove->stop);
	free(prove->disagrees);
}

/* Only the summary is certain: with -v, the TAP between the names comes first. */
static enum console_sign
prove_sign(struct subunit2_view line)
{
	struct prove prove = {0};
	struct subunit2_view name, rest;
	if (subunit2_view_starts(line, SUBUNIT2_LITERAL("Files=")) &&
	    memmem(line.data, line.len, ", Tests=", 8))
		return CONSOLE_SIGN_CERTAIN;
	if (prove_parse_header(&prove, line, &name, &rest))
		return CONSOLE_SIGN_LIKELY;
	prove.state.armed = true;
	return prove_parse_header(&prove, line, &name, &rest) || prove_is_failure(line) ||
	                       subunit2_view_starts(line, SUBUNIT2_LITERAL("Dubious, "))
	               ? CONSOLE_SIGN_POSSIBLE
	               : CONSOLE_SIGN_NONE;
}

const struct console_harness console_prove = {
	.name = "prove",
	.no_tests = "Result: NOTESTS",
	.size = sizeof(struct prove),
	.redraws = true,
	.sign = prove_sign,
	.line = prove_line,
	.check = prove_check,
	.clear = prove_clear,
};
