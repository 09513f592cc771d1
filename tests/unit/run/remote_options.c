/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The options about scripts that run elsewhere: their defaults, values and refusals. */
#include "remote_options.h"
#include "check.h"
#include "option_says.h"

#include <string.h>

static struct remote_options remote;

static int
take(void *context, struct options *options, int option)
{
	return remote_options_parse(context, options, option);
}

static int
complete(void *context, struct options *options)
{
	return remote_options_check(context, options);
}

static void
begin(void)
{
	remote_options_clear(&remote);
	remote_options_begin(&remote);
}

static const struct option_reader option_reader = {remote_options_table, begin, take, complete,
                                                   &remote};

static void
check_values(void)
{
	CHECK(accepts(""));
	CHECK(remote.restarts == 3 && remote.silence_ns == 0);
	CHECK(!remote.has_executor && !remote.has_worker && !remote.instances.names.count);
	CHECK(accepts("--worker=w --instances=a --worker-restarts=0") && remote.restarts == 0);
	CHECK(accepts("--worker=w --instances=a --worker-restarts=1000000") &&
	      remote.restarts == 1000000);
	CHECK(says("--worker-restarts=1000001",
	           "--worker-restarts=1000001: not a number from 0 to 1000000\n"));
	CHECK(accepts("--worker=w --instances=a --worker-timeout=2s") &&
	      remote.silence_ns == 2000000000);
	CHECK(accepts("--instance-provision=a --instance-provision=b --instance-dispose=c "
	              "--executor={argv}"));
	CHECK(holds(remote.provision, "b") && holds(remote.dispose, "c"));
}

static void
check_templates(void)
{
	CHECK(accepts("--executor={argv}") && remote.has_executor && !remote.has_worker);
	CHECK(remote.executor.words.count == 1 && !remote.worker.words.count);
	CHECK(accepts("--worker=w --instances=a") && remote.has_worker && !remote.has_executor);
	CHECK(remote.worker.words.count == 1 && !remote.executor.words.count);
	CHECK_NAMED("the last template counts",
	            accepts("--executor={argv} --executor={shell}") &&
	                    remote.executor.words.count == 1 &&
	                    holds(remote.executor.words.items[0], "{shell}"));
	CHECK(says("--executor=", "--executor=: is empty\n"));
	CHECK(says("--worker=", "--worker=: is empty\n"));
	CHECK(says("--executor=x", "--executor=x: has neither {argv} as a word nor {shell}\n"));
	CHECK_NAMED("a worker's command gets no script",
	            accepts("--worker=w{shell} --instances=a"));
}

static void
check_instances(void)
{
	CHECK(accepts("--worker=w --instances=a,b*2"));
	CHECK(remote.instances.names.count == 2 && instances_slots(&remote.instances, 1) == 2);
	CHECK_NAMED("the last list counts", accepts("--worker=w --instances=a,b --instances=c") &&
	                                            remote.instances.names.count == 1 &&
	                                            holds(remote.instances.names.items[0], "c"));
	CHECK(says("--instances=,", "--instances=,: names no instance\n"));
	CHECK(accepts("--executor={argv} --instances=a,a"));
}

static void
check_conflicts(void)
{
	CHECK(says("--executor={argv} --worker=w --instances=a",
	           "--executor and --worker: only one of them\n"));
	CHECK(says("--instances=a", "instances are for an --executor or a --worker\n"));
	CHECK(says("--instance-provision=p", "instances are for an --executor or a --worker\n"));
	CHECK(says("--worker=w --instances=a --instance-provision=p",
	           "--instances and --instance-provision: only one of them\n"));
	CHECK(says("--worker-timeout=2s",
	           "--worker-timeout and --worker-restarts: need --worker\n"));
	CHECK(says("--worker-restarts=3 --executor={argv}",
	           "--worker-timeout and --worker-restarts: need --worker\n"));
	CHECK(says("--instance-dispose=c --instances=a --executor={argv}",
	           "--instance-dispose: needs --instance-provision\n"));
	CHECK(says("--worker=w", "--worker: needs --instances or --instance-provision\n"));
	CHECK(accepts("--worker=w --instance-provision=p"));
	CHECK(says("--worker=w --instances=a,b,a", "--instances: a is there twice\n"));
	CHECK(says("--executor={argv} --instances=a*2",
	           "--instances: only a --worker has slots\n"));
	CHECK(accepts("--executor={argv} --instances=a*1,b"));
}

int
main(void)
{
	messages_begin();
	check_values();
	check_templates();
	check_instances();
	check_conflicts();
	remote_options_clear(&remote);
	return check_done();
}
