#include "run/crew.h"

#include "memory.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

void
crew_add(struct crew *crew, struct crew_member member)
{
	if (crew->count == crew->size) {
		crew->size = crew->size ? 2 * crew->size : 8;
		crew->resting = memory_resize(crew->resting, crew->size, sizeof(*crew->resting));
	}
	crew->resting[crew->count++] = member;
}

/* The one that came last: its memory is the most likely to be at hand. */
struct crew_member
crew_employ(struct crew *crew, const struct shim_job *job)
{
	while (crew->count > 0) {
		struct crew_member *last = &crew->resting[crew->count - 1];
		bool sent = shim_job_send(last->control, job);
		if (!sent && errno == EMSGSIZE)
			break;
		crew->count--;
		if (sent)
			return *last;
		close(last->control); /* it is gone, and will be reaped */
	}
	return (struct crew_member){0, -1};
}

static struct crew_member *
find(const struct crew *crew, pid_t shim)
{
	for (size_t i = 0; i < crew->count; i++)
		if (crew->resting[i].shim == shim)
			return &crew->resting[i];
	return NULL;
}

bool
crew_has(const struct crew *crew, pid_t shim)
{
	return find(crew, shim) != NULL;
}

void
crew_reaped(struct crew *crew, pid_t shim)
{
	struct crew_member *member = find(crew, shim);
	if (!member)
		return;
	close(member->control);
	*member = crew->resting[--crew->count];
}

/* They have nothing left to end. */
void
crew_dismiss(struct crew *crew)
{
	for (size_t i = 0; i < crew->count; i++) {
		close(crew->resting[i].control);
		kill(crew->resting[i].shim, SIGKILL);
	}
	for (size_t i = 0; i < crew->count; i++)
		while (waitpid(crew->resting[i].shim, NULL, 0) < 0 && errno == EINTR)
			;
	free(crew->resting);
	*crew = (struct crew){0};
}
