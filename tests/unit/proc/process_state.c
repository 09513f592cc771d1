/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The states of a process: every pair of state and event, and the ways to the end. */
#include "process_state.h"
#include "check.h"

/* A letter for each state, and for each action. */
static const char state_letters[] = "?RIEXDOKF";
static const char action_letters[] = "-lsoieKdkf";

/* What each event does in each state, as "STATE ACTION"; "." ignores it. In the order of
 * enum process_event: exit, output end, end, input end, input timeout, kill, leak timeout,
 * shim done, shim lost, orphans gone. */
static const char *const table[PROCESS_STATES] = {
	[PROCESS_RUNNING] = "Xl .  Ee Ii .  EK .  Oo Kk .",
	[PROCESS_INPUT_ENDED] = "Il Is .  .  Ee Ee Dd Oo Kk .",
	[PROCESS_ENDING] = ".  Es .  .  .  EK Dd Oo Kk .",
	[PROCESS_EXITED] = ".  Xs Ee Ii .  EK Dd Oo Kk .",
	[PROCESS_DISPOSING] = ".  .  .  .  .  DK .  Ff Kk .",
	[PROCESS_OUTPUT] = ".  Ff Ff Ff .  Ff Ff .  .  .",
	[PROCESS_ORPHANS] = ".  .  .  .  .  .  .  .  .  Ff",
	[PROCESS_FINISHED] = ".  .  .  .  .  .  .  .  .  .",
};

static bool
is_as_in_table(enum process_state state, enum process_event event)
{
	const char *cell = table[state] + (size_t)event * 3;
	struct process_transition next = process_transition(state, event);
	if (*cell == '.')
		return next.state == state && next.action == PROCESS_DO_NOTHING;
	return state_letters[next.state] == cell[0] && action_letters[next.action] == cell[1];
}

static void
test_table(void)
{
	char name[64];
	for (int state = PROCESS_RUNNING; state < PROCESS_STATES; state++)
		for (int event = 0; event < PROCESS_EVENTS; event++) {
			snprintf(name, sizeof(name), "state %c, event %d", state_letters[state],
			         event);
			CHECK_NAMED(name, is_as_in_table((enum process_state)state,
			                                 (enum process_event)event));
		}
}

/* Returns true if EVENTS, in that order, lead from RUNNING to FINISHED, and not before the
 * last of them. */
static bool
ends_with(const enum process_event *events, size_t count)
{
	enum process_state state = PROCESS_RUNNING;
	for (size_t i = 0; i < count && state != PROCESS_FINISHED; i++) {
		struct process_transition next = process_transition(state, events[i]);
		state = next.state;
		if ((state == PROCESS_FINISHED) != (i + 1 == count))
			return false;
	}
	return state == PROCESS_FINISHED;
}

#define ENDS(...)                                                                                  \
	ends_with((const enum process_event[]){__VA_ARGS__},                                       \
	          sizeof((const enum process_event[]){__VA_ARGS__}) / sizeof(enum process_event))

static void
test_paths(void)
{
	CHECK_NAMED("an exit, the shim, then the output",
	            ENDS(PROCESS_ON_EXIT, PROCESS_ON_SHIM_DONE, PROCESS_ON_OUTPUT_END));
	CHECK_NAMED("output that ends first ends nothing",
	            ENDS(PROCESS_ON_OUTPUT_END, PROCESS_ON_EXIT, PROCESS_ON_OUTPUT_END,
	                 PROCESS_ON_SHIM_DONE, PROCESS_ON_OUTPUT_END));
	CHECK_NAMED("a command that cannot be started",
	            ENDS(PROCESS_ON_SHIM_DONE, PROCESS_ON_OUTPUT_END));
	CHECK_NAMED("leaked processes are disposed of before the end",
	            ENDS(PROCESS_ON_EXIT, PROCESS_ON_LEAK_TIMEOUT, PROCESS_ON_END,
	                 PROCESS_ON_SHIM_DONE));
	CHECK_NAMED("a second signal changes nothing",
	            ENDS(PROCESS_ON_END, PROCESS_ON_END, PROCESS_ON_EXIT, PROCESS_ON_SHIM_DONE,
	                 PROCESS_ON_OUTPUT_END));
	CHECK_NAMED("output that another program holds open",
	            ENDS(PROCESS_ON_EXIT, PROCESS_ON_SHIM_DONE, PROCESS_ON_LEAK_TIMEOUT));
	CHECK_NAMED("a signal ends the wait for output",
	            ENDS(PROCESS_ON_EXIT, PROCESS_ON_SHIM_DONE, PROCESS_ON_END));
	CHECK_NAMED("a shim that is killed: the orphans end before the process does",
	            ENDS(PROCESS_ON_SHIM_LOST, PROCESS_ON_KILL, PROCESS_ON_END,
	                 PROCESS_ON_OUTPUT_END, PROCESS_ON_ORPHANS_GONE));
	CHECK_NAMED("a remote client that does not end with its input",
	            ENDS(PROCESS_ON_INPUT_END, PROCESS_ON_END, PROCESS_ON_INPUT_TIMEOUT,
	                 PROCESS_ON_EXIT, PROCESS_ON_SHIM_DONE, PROCESS_ON_OUTPUT_END));
}

int
main(void)
{
	test_table();
	test_paths();
	return check_done();
}
