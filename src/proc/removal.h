/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The removal of one folder with all that is in it, in steps of bounded time.
 *
 * A removal never leaves the folder: it follows no symbolic link and enters no
 * mount. It gives itself the permissions that it lacks in folders of its user.
 * What it cannot remove stays; the first path that stayed and the reason are
 * kept for the caller.
 */
#ifndef REMOVAL_H
#define REMOVAL_H

#include <stdbool.h>
#include <stdint.h>

struct removal;

/* Begins to remove the folder at PATH, whose parent may be reached by links. Never NULL. */
struct removal *removal_new(const char *path);
void removal_free(struct removal *removal);

/* Removes until all is done or the clock (clock_ns) has reached UNTIL_NS; makes at least one
 * step. Returns true when it is done: then nothing more can be removed. */
bool removal_run(struct removal *removal, int64_t until_ns);

/* Closes the descriptors of a removal that waits; the next removal_run begins anew with what
 * is there then. */
void removal_pause(struct removal *removal);

/* Returns NULL or, as "PATH: REASON", the first thing that could not be removed. Complete when
 * removal_run has returned true; lives as long as the removal. */
const char *removal_problem(const struct removal *removal);

const char *removal_path(const struct removal *removal);

#endif
