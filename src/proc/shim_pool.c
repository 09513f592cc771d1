/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "shim_pool.h"

#include "memory.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utlist.h>

void
crew_close(struct crew_member *member)
{
	if (member->control >= 0)
		close(member->control);
	member->control = -1;
}

static void
forget(struct crew *crew, struct crew_member *member)
{
	crew_close(member);
	DL_DELETE(crew->members, member);
	free(member);
}

static struct crew_member *
find_resting(const struct crew *crew)
{
	struct crew_member *member;
	DL_SEARCH_SCALAR(crew->members, member, rests, true);
	return member;
}

/* NULL: none rests any more, or the job is too large for a message. */
static struct crew_member *
wake(struct crew *crew, const struct shim_job *job)
{
	struct crew_member *member;
	while ((member = find_resting(crew))) {
		if (shim_job_send(member->control, job)) {
			member->rests = false;
			return member;
		}
		if (errno == EMSGSIZE)
			return NULL;
		member->rests = false;
		crew_drop(crew, member); /* it is gone, or ends now */
	}
	return NULL;
}

struct crew_member *
crew_employ(struct crew *crew, const struct shim_options *options)
{
	struct crew_member *member = options->rests ? wake(crew, &options->job) : NULL;
	if (member)
		return member;
	int control;
	struct shim_options own = *options;
	/* Too large a job, as the ones that follow will be: more would rest for nothing. */
	own.rests = options->rests && !find_resting(crew);
	pid_t pid = shim_start(&own, &control);
	if (pid < 0)
		return NULL;
	member = memory_zeroed(1, sizeof(*member));
	member->pid = pid;
	member->control = control;
	DL_APPEND(crew->members, member);
	return member;
}

void
crew_rest(struct crew *crew, struct crew_member *member)
{
	member->rests = true;
	if (!member->pid)
		forget(crew, member);
}

void
crew_drop(struct crew *crew, struct crew_member *member)
{
	if (!member)
		return;
	crew_close(member);
	member->dropped = true;
	if (!member->pid)
		forget(crew, member);
}

void
crew_ask(const struct crew *crew, enum shim_request request)
{
	struct crew_member *member;
	DL_FOREACH(crew->members, member)
	if (member->control >= 0 && !member->rests)
		shim_ask(member->control, request, 0);
}

static struct crew_member *
find(const struct crew *crew, pid_t pid)
{
	struct crew_member *member;
	DL_SEARCH_SCALAR(crew->members, member, pid, pid);
	return member;
}

bool
crew_has(const struct crew *crew, pid_t pid)
{
	return find(crew, pid) != NULL;
}

void
crew_reaped(struct crew *crew, pid_t pid)
{
	struct crew_member *member = find(crew, pid);
	if (!member)
		return;
	member->pid = 0;
	if (member->dropped || member->rests)
		forget(crew, member);
}

/* Not yet reaped, and with nothing left to end. */
static bool
can_be_killed(const struct crew_member *member)
{
	return member->rests && member->pid > 0;
}

void
crew_dismiss(struct crew *crew)
{
	struct crew_member *member, *next;
	DL_FOREACH(crew->members, member)
	if (can_be_killed(member))
		kill(member->pid, SIGKILL);
	DL_FOREACH_SAFE(crew->members, member, next)
	{
		while (can_be_killed(member) && waitpid(member->pid, NULL, 0) < 0 && errno == EINTR)
			;
		forget(crew, member);
	}
}
