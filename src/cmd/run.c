/*
 * subunit2 run: runs many scripts as tests. Exit status: 0 when all is well, 1
 * when it is not, 2 usage, 3 the stream could not be read or written. Asked to
 * end by a signal, it tells how every test ended and dies of the same signal.
 */
#include "command.h"
#include "duration.h"
#include "memory.h"
#include "message.h"
#include "out/live.h"
#include "outputs.h"
#include "pattern.h"
#include "run/environment.h"
#include "run/job_table.h"
#include "run/limits.h"
#include "run/plan.h"
#include "run/runner.h"
#include "run/stestr.h"
#include "when.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#define SLOWEST 5 /* named in the report */

enum {
	OPTION_LIST = OPTIONS_LONG,
	OPTION_LOAD_LIST,
	OPTION_RERUN,
	OPTION_SHARD,
	OPTION_TIMES,
	OPTION_SEED,
	OPTION_RETRIES,
	OPTION_REPEAT,
	OPTION_FAIL_FAST,
	OPTION_MAX_FAIL,
	OPTION_NO_BAIL,
	OPTION_SLOW,
	OPTION_EXPECT_FAIL,
	OPTION_SERIAL,
	OPTION_NO_TESTS,
	OPTION_MAX_OUTPUT,
	OPTION_KEEP_TMP,
	OPTION_ROOT,
	OPTION_EXIT,
	OPTION_STESTR,
	OPTION_EXECUTOR,
	OPTION_INSTANCES,
	OPTION_PROVISION,
	OPTION_DISPOSE,
};

#define FLAG(name, letter, option, text)                                                           \
	{                                                                                          \
		name, letter, POPT_ARG_NONE, NULL, option, text, NULL                              \
	}
#define VALUE(name, letter, option, text, what)                                                    \
	{                                                                                          \
		name, letter, POPT_ARG_STRING, NULL, option, text, what                            \
	}

static const struct poptOption choice_table[] = {
	FLAG("list", '\0', OPTION_LIST, "list the ids, and run nothing"),
	VALUE("load-list", '\0', OPTION_LOAD_LIST,
              "only the ids in this file, a line each; - is "
              "standard input",
              "FILE"),
	VALUE("rerun", '\0', OPTION_RERUN, "only what failed, or did not end, in this stream",
              "STREAM"),
	VALUE("shard", '\0', OPTION_SHARD, "only share I of N; all shares together are everything",
              "I/N"),
	VALUE("times", '\0', OPTION_TIMES, "slowest first, by this stream of an earlier run",
              "STREAM"),
	FLAG("shuffle", 's', 's', "in a random order"),
	VALUE("seed", '\0', OPTION_SEED, "the order of --shuffle", "N"),
	FLAG("recurse", 'r', 'r', "look into folders' folders, too"),
	VALUE("root", '\0', OPTION_ROOT, "ids are paths from here", "DIR"),
	POPT_TABLEEND,
};

static const struct poptOption script_table[] = {
	FLAG("lib", 'l', 'l', "perl looks for modules in lib"),
	FLAG("blib", 'b', 'b', "perl looks for modules in blib/lib and blib/arch"),
	VALUE("include", 'I', 'I', "perl looks for modules there", "DIR"),
	VALUE("interpreter", 'e', 'e', "run every script with this command", "INTERPRETER"),
	POPT_TABLEEND,
};

static const struct poptOption decision_table[] = {
	VALUE("jobs", 'j', 'j',
              "so many at a time; 0: as many as there are processors (default: 1, "
              "or make's)",
              "N"),
	VALUE("serial", '\0', OPTION_SERIAL, "scripts whose id this matches run alone", "REGEX"),
	VALUE("retries", '\0', OPTION_RETRIES, "try so many times more what fails", "N"),
	VALUE("repeat", '\0', OPTION_REPEAT, "run each so many times, until it fails", "N"),
	FLAG("fail-fast", '\0', OPTION_FAIL_FAST, "begin nothing more after the first failure"),
	VALUE("max-fail", '\0', OPTION_MAX_FAIL, "begin nothing more after N failures", "N"),
	FLAG("no-bail", '\0', OPTION_NO_BAIL, "a bail-out ends its script alone"),
	VALUE("slow", '\0', OPTION_SLOW, "say what still runs after this time", "DURATION"),
	VALUE("expect-fail", '\0', OPTION_EXPECT_FAIL,
              "the ids in this file, a line each, are expected to fail", "FILE"),
	VALUE("max-output", '\0', OPTION_MAX_OUTPUT, "end a script that writes more than this",
              "SIZE"),
	FLAG("keep-tmp", '\0', OPTION_KEEP_TMP, "keep the private folders of what fails"),
	VALUE("no-tests", '\0', OPTION_NO_TESTS, "whether a run of nothing is good (default: fail)",
              "fail|pass"),
	VALUE("exit", '\0', OPTION_EXIT, "what the exit status tells (default: verdict)",
              "verdict|stream"),
	POPT_TABLEEND,
};

static const struct poptOption elsewhere_table[] = {
	VALUE("executor", '\0', OPTION_EXECUTOR,
              "run every script through this command, which holds "
              "{argv} or {shell}",
              "TEMPLATE"),
	VALUE("instances", '\0', OPTION_INSTANCES, "what {instance} is, in turn: a,b,c, or a file",
              "LIST"),
	VALUE("instance-provision", '\0', OPTION_PROVISION,
              "the command that makes $INSTANCE_COUNT instances and prints their names", "COMMAND"),
	VALUE("instance-dispose", '\0', OPTION_DISPOSE,
              "the command that disposes of $INSTANCE_IDS", "COMMAND"),
	POPT_TABLEEND,
};

static const struct poptOption table[] = {
	OPTIONS_GROUP("What is run:", choice_table),
	OPTIONS_GROUP(NULL, pattern_filter_table),
	OPTIONS_GROUP("How, as prove has it:", script_table),
	OPTIONS_GROUP("What is decided:", decision_table),
	OPTIONS_GROUP("Elsewhere:", elsewhere_table),
	OPTIONS_GROUP("Supervision:", job_table),
	VALUE("tag", 't', 't', "tag every test", "TAG"),
	FLAG("verbose", 'v', 'v', "show more in the report"),
	FLAG("quiet", 'q', 'q', "show less in the report; nothing beside -o"),
	FLAG("stestr", '\0', OPTION_STESTR,
             "take stestr's arguments: PYTHON=\"subunit2 run --stestr\""),
	OPTIONS_GROUP("Output:", outputs_table),
	POPT_TABLEEND,
};

static const struct options_spec spec = {
	.usage = "[OPTION...] [SCRIPT|DIR...] [-- ARGUMENT...]",
	.about = "Runs scripts as tests, t and tests if none are named; arguments behind -- go to "
		 "each.",
	.table = table,
};

struct run_options {
	struct trial_rules trial;
	struct script_options scripts;
	struct plan_options plan;
	struct strings arguments, environment, expected;
	struct pattern_filter ids;
	struct pattern *serial;
	struct outputs_options outputs;
	struct writer_options writer;
	struct subunit2_tagset tags;
	const char *root, *interpreter, *provision, *dispose;
	struct executor executor;
	struct instances instances;
	unsigned jobs, max_fail;
	int64_t slow_ns;
	bool list, seeded, no_bail, jobs_said, exit_stream;
};

/* The option's value as a number from LEAST to MOST. */
static int
take_number(uint64_t *number, uint64_t least, uint64_t most, struct options *options)
{
	char *end, reason[64];
	const char *text = options->value;
	errno = 0;
	unsigned long long value = strtoull(text, &end, 10);
	if (*text >= '0' && *text <= '9' && !*end && !errno && value >= least && value <= most) {
		*number = value;
		return 0;
	}
	if (most == UINT64_MAX)
		snprintf(reason, sizeof(reason), "not a whole number from %llu",
		         (unsigned long long)least);
	else
		snprintf(reason, sizeof(reason), "not a whole number from %llu to %llu",
		         (unsigned long long)least, (unsigned long long)most);
	return options_refuse_value(options, reason);
}

static int
take_count(unsigned *count, unsigned least, struct options *options)
{
	uint64_t number = 0;
	int result = take_number(&number, least, 1000000, options);
	*count = (unsigned)number;
	return result;
}

static int
take_shard(struct run_options *said, struct options *options)
{
	int end = 0;
	unsigned shard, shards;
	if (sscanf(options->value, "%u/%u%n", &shard, &shards, &end) != 2 || options->value[end] ||
	    shard < 1 || shard > shards || shards > 1000000)
		return options_refuse_value(options, "not I/N with I from 1 to N");
	said->plan.shard = shard;
	said->plan.shards = shards;
	return 0;
}

/* "500", "64k", "10M", "1G": bytes. */
static int
take_size(uint64_t *size, struct options *options)
{
	static const char units[] = "kMGT";
	char *end;
	errno = 0;
	unsigned long long value = strtoull(options->value, &end, 10);
	const char *unit = *end ? strchr(units, *end) : NULL;
	unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
	bool digits = *options->value >= '0' && *options->value <= '9';
	if (!digits || errno || (unit ? end[1] : *end) || !value ||
	    value << shift >> shift != value)
		return options_refuse_value(options, "not a size (bytes, or 64k, 10M, 1G)");
	*size = value << shift;
	return 0;
}

static int
take_tag(struct run_options *said, struct options *options)
{
	struct subunit2_view tag = subunit2_view_of(options->value);
	if (!subunit2_utf8_is_string(tag) || !tag.len)
		return options_refuse_value(options, "not a tag");
	if (strncmp(options->value, "worker-", 7) == 0)
		return options_refuse_value(options, "stestr would take it for its own");
	if (subunit2_tagset_add(&said->tags, tag, NULL) != SUBUNIT2_OK)
		memory_have(NULL);
	return 0;
}

static int
take_word(bool *second, const char *one, const char *other, struct options *options)
{
	char reason[64];
	*second = strcmp(options->value, other) == 0;
	if (*second || strcmp(options->value, one) == 0)
		return 0;
	snprintf(reason, sizeof(reason), "neither %s nor %s", one, other);
	return options_refuse_value(options, reason);
}

static int
take_path(const char **path, struct options *options)
{
	free((char *)*path);
	*path = options_take_value(options);
	return 0;
}

static int
take_expected(struct run_options *said, struct options *options)
{
	int errnum = strings_read(&said->expected, options->value);
	strings_sort(&said->expected);
	return errnum ? options_refuse(options, "%s: %s", options->value, strerror(errnum)) : 0;
}

static int
take_serial(struct run_options *said, struct options *options)
{
	char reason[PATTERN_REASON_SIZE];
	pattern_free(said->serial);
	said->serial = pattern_new(options->value, reason);
	return said->serial ? 0 : options_refuse_value(options, reason);
}

static int
take_executor(struct run_options *said, struct options *options)
{
	executor_clear(&said->executor);
	const char *problem = executor_parse(&said->executor, options->value);
	said->trial.executor = &said->executor;
	return problem ? options_refuse_value(options, problem) : 0;
}

static int
take_instances(struct run_options *said, struct options *options)
{
	char *problem = instances_list(&said->instances, options->value);
	int result = problem ? options_refuse_value(options, problem) : 0;
	free(problem);
	return result;
}

static int
take_flag(struct run_options *said, int option)
{
	switch (option) {
	case 'l':
		strings_add(&said->scripts.libraries, "lib");
		break;
	case 'b':
		strings_add(&said->scripts.libraries, "blib/lib");
		strings_add(&said->scripts.libraries, "blib/arch");
		break;
	case 'r':
		said->plan.recurse = true;
		break;
	case 's':
		said->plan.shuffle = true;
		break;
	case 'v':
		said->writer.verbose = 1;
		break;
	case 'q':
		said->writer.verbose = -1;
		break;
	case OPTION_LIST:
		said->list = true;
		break;
	case OPTION_FAIL_FAST:
		said->max_fail = 1;
		break;
	case OPTION_NO_BAIL:
		said->no_bail = true;
		break;
	case OPTION_KEEP_TMP:
		said->trial.keep_tmp = true;
		break;
	default:
		break;
	}
	return 0;
}

static int
take(void *context, struct options *options, int option)
{
	struct run_options *said = context;
	if (option >= OPTIONS_JOBS)
		return job_table_take(&said->trial.job, options, option);
	if (option >= OPTIONS_PATTERNS)
		return pattern_filter_take(&said->ids, options, option);
	if (option >= OPTIONS_OUTPUTS)
		return outputs_take(&said->outputs, options, option);
	switch (option) {
	case 'I':
		strings_add(&said->scripts.libraries, options->value);
		return 0;
	case 'e':
		return take_path(&said->interpreter, options);
	case 'j':
		said->jobs_said = true;
		return take_count(&said->jobs, 0, options);
	case 't':
		return take_tag(said, options);
	case OPTION_LOAD_LIST:
		return take_path(&said->plan.load_list, options);
	case OPTION_RERUN:
		return take_path(&said->plan.rerun, options);
	case OPTION_TIMES:
		return take_path(&said->plan.times, options);
	case OPTION_ROOT:
		return take_path(&said->root, options);
	case OPTION_EXECUTOR:
		return take_executor(said, options);
	case OPTION_INSTANCES:
		return take_instances(said, options);
	case OPTION_PROVISION:
		return take_path(&said->provision, options);
	case OPTION_DISPOSE:
		return take_path(&said->dispose, options);
	case OPTION_SHARD:
		return take_shard(said, options);
	case OPTION_SEED:
		said->seeded = said->plan.shuffle = true;
		return take_number(&said->plan.seed, 0, UINT64_MAX, options);
	case OPTION_RETRIES:
		return take_count(&said->trial.retries, 0, options);
	case OPTION_REPEAT:
		return take_count(&said->trial.repeat, 1, options);
	case OPTION_MAX_FAIL:
		return take_count(&said->max_fail, 1, options);
	case OPTION_SLOW:
		return duration_read(options->value, &said->slow_ns)
		               ? 0
		               : options_refuse_value(options,
		                                      "not a duration (500ms, 30s, 5m, 1h)");
	case OPTION_EXPECT_FAIL:
		return take_expected(said, options);
	case OPTION_SERIAL:
		return take_serial(said, options);
	case OPTION_NO_TESTS:
		return take_word(&said->writer.empty_is_good, "fail", "pass", options);
	case OPTION_EXIT:
		return take_word(&said->exit_stream, "verdict", "stream", options);
	case OPTION_MAX_OUTPUT:
		return take_size(&said->trial.max_output, options);
	default:
		return take_flag(said, option);
	}
}

/* From the runner to the outputs. */
struct chain {
	struct outputs *outputs;
	struct subunit2_summary *summary;
	struct subunit2_sink *tee, *tag;
	struct subunit2_sink *first;
};

static bool
chain_open(struct chain *chain, const struct run_options *said)
{
	struct outputs_defaults defaults = {
		.piped = "subunit",
		.terminal = "text",
		.beside = said->writer.verbose < 0 ? NULL : "text",
		.live = writer_live,
	};
	*chain = (struct chain){.outputs = outputs_open(&said->outputs, &defaults, &said->writer)};
	if (!chain->outputs)
		return false;
	chain->summary = memory_have(subunit2_summary_new());
	struct subunit2_sink *ends[] = {subunit2_summary_sink(chain->summary),
	                                outputs_sink(chain->outputs)};
	chain->tee = memory_have(subunit2_tee_new(ends, 2));
	chain->tag = memory_have(
		subunit2_tag_new(chain->tee, subunit2_tagset_view(&said->tags), SUBUNIT2_NO_TAGS));
	chain->first = chain->tag;
	return true;
}

/* False when not all was written. */
static bool
chain_close(struct chain *chain)
{
	subunit2_sink_finish(chain->first, NULL);
	subunit2_sink_free(chain->tag);
	subunit2_sink_free(chain->tee);
	return outputs_close(chain->outputs) == COMMAND_GOOD;
}

/* A list for people and scripts: an id a line. */
static void
print_list(const struct plan *plan)
{
	for (size_t i = 0; i < plan->selection.count; i++)
		puts(plan->suite.scripts[plan->selection.choices[i].script].id);
}

static int
list(const struct run_options *said, const struct plan *plan)
{
	struct chain chain;
	if (!said->exit_stream && !said->outputs.to && !said->outputs.count) {
		print_list(plan);
		return COMMAND_GOOD;
	}
	if (!chain_open(&chain, said))
		return COMMAND_IO;
	for (size_t i = 0; i < plan->selection.count; i++) {
		size_t script = plan->selection.choices[i].script;
		struct subunit2_event event = {
			.test_id = subunit2_view_of(plan->suite.scripts[script].id),
			.status = SUBUNIT2_EXISTS,
			.runnable = true,
			.has_timestamp = true,
			.timestamp = when_now(),
		};
		if (subunit2_sink_event(chain.first, &event, NULL) != SUBUNIT2_OK)
			break;
	}
	bool written = chain_close(&chain);
	subunit2_summary_free(chain.summary);
	return written ? COMMAND_GOOD : COMMAND_IO;
}

/* So that the order can be had again. */
static void
tell_seed(const struct run_options *said, struct subunit2_sink *sink)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%llu\n", (unsigned long long)said->plan.seed);
	struct subunit2_event event = {
		.file_name = SUBUNIT2_LITERAL("seed"),
		.file_bytes = {text, (size_t)len},
		.mime_type = SUBUNIT2_LITERAL("text/plain;charset=utf8"),
		.eof = true,
		.has_timestamp = true,
		.timestamp = when_now(),
	};
	if (said->plan.shuffle)
		subunit2_sink_event(sink, &event, NULL);
}

struct view {
	struct outputs *outputs;
	struct live *live; /* NULL: there is no terminal */
};

static bool
flush(void *context)
{
	struct view *view = context;
	return outputs_flush(view->outputs);
}

static void
redraw(void *context, int64_t now_ns)
{
	struct view *view = context;
	live_tick(view->live, now_ns);
}

static int
exit_status(const struct run_options *said, const struct chain *chain, bool written)
{
	bool good = subunit2_summary_is_good(subunit2_summary_result(chain->summary),
	                                     said->writer.empty_is_good);
	if (!written)
		return COMMAND_IO;
	return said->exit_stream || good ? COMMAND_GOOD : COMMAND_BAD;
}

/* The scripts' standard input over there: it lasts as long as this program. */
static bool
open_lifeline(int fds[2])
{
	if (pipe2(fds, O_CLOEXEC) == 0)
		return true;
	message("a pipe: %s", strerror(errno));
	return false;
}

static bool
provision(struct run_options *said)
{
	char *problem = said->provision ? instances_provision(&said->instances, said->provision,
	                                                      said->dispose, said->jobs)
	                                : NULL;
	if (problem)
		message("%s", problem);
	free(problem);
	return !problem;
}

static void
dispose(struct run_options *said)
{
	char *problem = instances_end(&said->instances);
	if (problem)
		message("%s", problem);
	free(problem);
}

static int
execute(const struct run_options *said, const struct plan *plan, struct jobserver *jobserver)
{
	struct chain chain;
	struct supervisor supervisor = {0};
	struct view view = {0};
	struct runner_options options = {
		.trial = said->trial,
		.slots = said->jobs,
		.jobserver = jobserver,
		.serial = said->serial,
		.max_fail = said->max_fail,
		.no_bail = said->no_bail,
		.slow_ns = said->slow_ns,
		.flush = flush,
		.tick = redraw,
		.context = &view,
	};
	if (!chain_open(&chain, said))
		return COMMAND_IO;
	view.outputs = chain.outputs;
	view.live = outputs_live(chain.outputs) ? live_of(outputs_live(chain.outputs)) : NULL;
	if (view.live) {
		live_expect(view.live, plan->selection.count);
		options.tick_ns = LIVE_REDRAW_NS;
	}
	tell_seed(said, chain.first);
	struct runner_end end =
		runner_run(&options, &plan->suite, &plan->selection, chain.first, &supervisor);
	bool written = chain_close(&chain) && !end.broken;
	int status = exit_status(said, &chain, written);
	subunit2_summary_free(chain.summary);
	supervisor_end(&supervisor);
	if (end.signo)
		signals_die(end.signo);
	return status;
}

/* As many as make allows, as far as its pipe can be had. */
static void
take_jobserver(struct run_options *said, struct jobserver *jobserver)
{
	const char *makeflags = getenv("MAKEFLAGS");
	enum jobserver_state state = jobserver_open(jobserver, makeflags);
	if (state == JOBSERVER_CLOSED)
		message("make's jobserver is not open to this recipe: put + before its command");
	else if (state == JOBSERVER_FAILED)
		message("make's jobserver cannot be opened: %s", strerror(errno));
	if (state == JOBSERVER_USABLE && !said->jobs_said && jobserver->jobs > 0)
		said->jobs = (unsigned)jobserver->jobs;
	if (state == JOBSERVER_CLOSED || state == JOBSERVER_FAILED) {
		char *rest = jobserver_strip(makeflags);
		environment_format(&said->environment, "MAKEFLAGS", "%s", rest);
		free(rest);
	}
}

/* prove's variables: some tests look for them. */
static void
complete_environment(struct run_options *said)
{
	char *libraries = memory_copy("");
	const char *before = environment_get(&said->environment, "PERL5LIB");
	for (size_t i = 0; i < said->scripts.libraries.count; i++) {
		char *longer = memory_format("%s%s%s", libraries, *libraries ? ":" : "",
		                             said->scripts.libraries.items[i]);
		free(libraries);
		libraries = longer;
	}
	environment_format(&said->environment, "HARNESS_ACTIVE", "1");
	if (*libraries && before && *before)
		environment_format(&said->environment, "PERL5LIB", "%s:%s", libraries, before);
	else if (*libraries)
		environment_format(&said->environment, "PERL5LIB", "%s", libraries);
	free(libraries);
}

/* Fills in what follows from the rest. */
static int
complete(struct run_options *said, struct options *options)
{
	unsigned long needed, limit;
	if (said->plan.load_list && said->plan.rerun)
		return options_refuse(options, "--load-list and --rerun: only one of them");
	if (said->trial.retries && said->trial.repeat > 1)
		return options_refuse(options, "--retries and --repeat: only one of them");
	if (said->root && !(said->scripts.root = realpath(said->root, NULL)))
		return options_refuse(options, "--root=%s: %s", said->root, strerror(errno));
	if ((said->provision || said->instances.names.count) && !said->trial.executor)
		return options_refuse(options, "instances are for an --executor");
	if (said->provision && said->instances.names.count)
		return options_refuse(options,
		                      "--instances and --instance-provision: only one of them");
	if (said->trial.executor && said->trial.job.process.inherit)
		return options_refuse(options, "--executor: needs --stdin=none");
	if (!said->jobs_said && said->instances.names.count)
		said->jobs = (unsigned)said->instances.names.count;
	if (!said->jobs)
		said->jobs = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	if (!limits_make_room(said->jobs, &needed, &limit))
		return options_refuse(options,
		                      "--jobs=%u: needs %lu file descriptors, and the limit is %lu",
		                      said->jobs, needed, limit);
	if (said->plan.shuffle && !said->seeded &&
	    getrandom(&said->plan.seed, sizeof(said->plan.seed), 0) < 0)
		said->plan.seed = (uint64_t)time(NULL);
	complete_environment(said);
	said->scripts.interpreter = said->interpreter;
	said->plan.scripts = said->trial.scripts = &said->scripts;
	said->plan.ids = &said->ids;
	said->trial.arguments = &said->arguments;
	said->trial.environment = &said->environment;
	said->trial.expected = &said->expected;
	said->trial.tmp_parent = environment_get(&said->environment, "TMPDIR");
	if (!said->trial.tmp_parent || !*said->trial.tmp_parent)
		said->trial.tmp_parent = "/tmp";
	said->trial.instances = &said->instances;
	said->trial.cwd = memory_have(getcwd(NULL, 0));
	said->trial.job.rules.timeout_ns = said->trial.job.process.timeout_ns;
	said->writer.strict = said->trial.job.strict;
	return 0;
}

/* With instances and a lifeline where scripts run elsewhere. */
static int
execute_somewhere(struct run_options *said, const struct plan *plan, struct jobserver *jobserver)
{
	int fds[2], status = COMMAND_IO;
	if (!said->trial.executor)
		return execute(said, plan, jobserver);
	if (!open_lifeline(fds))
		return status;
	said->trial.job.process.stdin_fd = fds[0];
	if (provision(said))
		status = execute(said, plan, jobserver);
	dispose(said);
	close(fds[0]);
	close(fds[1]);
	return status;
}

static int
run(struct run_options *said, struct options *options)
{
	struct jobserver jobserver;
	struct plan plan;
	environment_begin(&said->environment);
	take_jobserver(said, &jobserver);
	bool makes = jobserver.read_fd >= 0;
	int status = COMMAND_IO;
	if (complete(said, options) < 0) {
		status = options->exit_status;
	} else {
		limits_close_inherited(makes ? &jobserver : NULL);
		if (plan_make(&plan, &said->plan, options_arguments(options)))
			status = said->list ? list(said, &plan)
			                    : execute_somewhere(said, &plan,
			                                        makes ? &jobserver : NULL);
		plan_clear(&plan);
	}
	if (makes)
		jobserver_close(&jobserver);
	return status;
}

static void
clear(struct run_options *said)
{
	outputs_options_clear(&said->outputs);
	pattern_filter_clear(&said->ids);
	pattern_free(said->serial);
	subunit2_tagset_clear(&said->tags);
	strings_clear(&said->arguments);
	strings_clear(&said->environment);
	strings_clear(&said->expected);
	strings_clear(&said->scripts.libraries);
	free((char *)said->scripts.root);
	free((char *)said->plan.load_list);
	free((char *)said->plan.rerun);
	free((char *)said->plan.times);
	free((char *)said->root);
	free((char *)said->interpreter);
	free((char *)said->provision);
	free((char *)said->dispose);
	free((char *)said->trial.cwd);
	executor_clear(&said->executor);
	strings_clear(&said->instances.names);
}

/* Takes what stands behind the first "--" off ARGV: it is for the scripts. */
static int
split_arguments(struct strings *arguments, int argc, const char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		strings_add_all(arguments, (char *const *)argv + i + 1);
		return i;
	}
	return argc;
}

int
cmd_run(int argc, const char **argv)
{
	struct run_options said = {.trial.repeat = 1, .jobs = 1, .writer.slowest = SLOWEST};
	struct strings words = {0};
	struct options options;
	job_table_defaults(&said.trial.job);
	said.trial.job.process.leaked = PROCESS_KILL;
	argc = split_arguments(&said.arguments, argc, argv);
	stestr_translate(&words, argc, argv);
	options_begin(&options, (int)words.count, (const char **)words.items, &spec);
	if (options_read(&options, take, &said))
		options.exit_status = run(&said, &options);
	options_end(&options);
	strings_clear(&words);
	clear(&said);
	return options.exit_status;
}
