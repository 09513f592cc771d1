/*
 * The crew: shims that rest between two jobs. Starting one costs more than most
 * scripts do, so a run of many keeps those that it has.
 */
#ifndef CREW_H
#define CREW_H

#include "run/shim.h"

/* A shim, and our end of its socket. */
struct crew_member {
	pid_t shim;
	int control;
};

struct crew {
	struct crew_member *resting;
	size_t count, size;
};

void crew_add(struct crew *crew, struct crew_member member);

/* Gives JOB to one that rests. shim 0: there is none, or none that can take it. */
struct crew_member crew_employ(struct crew *crew, const struct shim_job *job);

bool crew_has(const struct crew *crew, pid_t shim);

/* SHIM was reaped; it may have been one of them. */
void crew_reaped(struct crew *crew, pid_t shim);

/* Ends those that rest, and waits until they are gone. */
void crew_dismiss(struct crew *crew);

#endif
