/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The tree: all processes below one, as /proc shows them.
 */
#ifndef PROC_TREE_H
#define PROC_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define PROC_TREE_NAME_SIZE 64 /* the kernel's name of a process, with its NUL */

struct proc_tree_process {
	pid_t pid, parent, group;
	unsigned long long start; /* with the pid, tells one process from all others */
	char state;               /* as in proc(5) */
	char name[PROC_TREE_NAME_SIZE];
	bool below; /* the tree's own, while it is read */
};

struct proc_tree {
	struct proc_tree_process *items;
	size_t count, size;
};

/* The children of ROOT, theirs, and so on, but for zombies. Empty where there is
 * no /proc. Released with proc_tree_clear. */
void proc_tree_read(struct proc_tree *tree, pid_t root);
void proc_tree_clear(struct proc_tree *tree);

/* Adds the processes of MORE. */
void proc_tree_add(struct proc_tree *tree, const struct proc_tree *more);

/* Signals that very process, never one that has its pid later. False with errno
 * when it was not; ESRCH: it is gone. */
bool proc_tree_signal(const struct proc_tree_process *process, int signo);

#endif
