/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * All descendants of a process, as /proc shows them.
 */
#ifndef PROC_TREE_H
#define PROC_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define PROC_TREE_NAME_SIZE 64 /* the kernel's name of a process, with its NUL */

struct proc_tree_process {
	pid_t pid, parent, group;
	unsigned long long start; /* identifies a process together with its pid */
	char state;               /* as in proc(5) */
	char name[PROC_TREE_NAME_SIZE];
	bool below; /* used while the tree is read */
};

struct proc_tree {
	struct proc_tree_process *items;
	size_t count, size;
};

/* Reads the descendants of ROOT, without zombies. The tree is empty if /proc is not mounted. To be
 * freed by proc_tree_clear. */
void proc_tree_read(struct proc_tree *tree, pid_t root);
void proc_tree_clear(struct proc_tree *tree);

/* Appends the processes of MORE. */
void proc_tree_add(struct proc_tree *tree, const struct proc_tree *more);

/* Sends SIGNO to exactly this process, never to a later one with the same pid. Returns false with
 * errno on failure; ESRCH: it is gone. */
bool proc_tree_signal(const struct proc_tree_process *process, int signo);

#endif
