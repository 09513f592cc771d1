/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Removes one folder with its contents, in steps of bounded time.
 *
 * A removal never leaves the folder: it follows no symbolic link and enters no
 * mount. It adds missing permissions to folders of its user. Entries that cannot be
 * removed stay; the caller gets the path of the first one and the reason.
 */
#ifndef REMOVAL_H
#define REMOVAL_H

#include <stdbool.h>
#include <stdint.h>

struct removal;

/* Begins to remove the folder at PATH, whose parent may be reached by links. Never NULL. */
struct removal *removal_new(const char *path);
void removal_free(struct removal *removal);

/* Removes until the folder is gone, no more can be removed, or clock_ns has reached UNTIL_NS; makes
 * at least one step. Returns true unless it stopped because of the time. */
bool removal_run(struct removal *removal, int64_t until_ns);

/* Closes the descriptors; the next removal_run reads the folder again. */
void removal_pause(struct removal *removal);

/* Returns "PATH: REASON" of the first entry that could not be removed, or NULL; final after
 * removal_run has returned true. Valid until removal_free. */
const char *removal_problem(const struct removal *removal);

const char *removal_path(const struct removal *removal);

#endif
