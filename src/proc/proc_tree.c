/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "proc_tree.h"

#include "memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Parses "PID (NAME) STATE PARENT GROUP …". NAME may contain any character, even parentheses. */
static bool
proc_tree_parse(const char *text, struct proc_tree_process *process)
{
	*process = (struct proc_tree_process){.pid = (pid_t)strtol(text, NULL, 10)};
	const char *open = strchr(text, '('), *close = open ? strrchr(open, ')') : NULL;
	if (!close)
		return false;
	size_t len = (size_t)(close - open) - 1;
	memcpy(process->name, open + 1, len < PROC_TREE_NAME_SIZE ? len : PROC_TREE_NAME_SIZE - 1);
	/* The start is field 22; the state is field 3. */
	return sscanf(close + 1,
	              " %c %d %d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d "
	              "%llu",
	              &process->state, &process->parent, &process->group, &process->start) == 4;
}

static bool
proc_tree_read_process(const char *pid, struct proc_tree_process *process)
{
	char path[64], text[1024];
	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	ssize_t len = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		len = read(fd, text, sizeof(text) - 1);
		close(fd);
	}
	text[len > 0 ? len : 0] = '\0';
	return proc_tree_parse(text, process);
}

static void
proc_tree_read_all(struct proc_tree *tree)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	while (proc && (entry = readdir(proc))) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		tree->items = memory_grow(tree->items, &tree->size, tree->count + 1,
		                          sizeof(*tree->items));
		if (proc_tree_read_process(entry->d_name, &tree->items[tree->count]))
			tree->count++;
	}
	if (proc)
		closedir(proc);
}

static int
proc_tree_by_pid(const void *a, const void *b)
{
	const struct proc_tree_process *one = a, *two = b;
	return (one->pid > two->pid) - (one->pid < two->pid);
}

static bool
proc_tree_is_below(const struct proc_tree *tree, pid_t root,
                   const struct proc_tree_process *process)
{
	if (process->parent == root)
		return true;
	struct proc_tree_process key = {.pid = process->parent};
	const struct proc_tree_process *parent =
		bsearch(&key, tree->items, tree->count, sizeof(key), proc_tree_by_pid);
	return parent && parent->below;
}

/* Marks the descendants of ROOT; each round marks at least one more generation. */
static void
proc_tree_mark(struct proc_tree *tree, pid_t root)
{
	qsort(tree->items, tree->count, sizeof(*tree->items), proc_tree_by_pid);
	for (bool more = true; more;) {
		more = false;
		for (size_t i = 0; i < tree->count; i++) {
			struct proc_tree_process *process = &tree->items[i];
			if (!process->below && proc_tree_is_below(tree, root, process))
				more = process->below = true;
		}
	}
}

void
proc_tree_read(struct proc_tree *tree, pid_t root)
{
	*tree = (struct proc_tree){0};
	proc_tree_read_all(tree);
	if (tree->count)
		proc_tree_mark(tree, root);
	size_t kept = 0;
	for (size_t i = 0; i < tree->count; i++)
		if (tree->items[i].below && tree->items[i].state != 'Z')
			tree->items[kept++] = tree->items[i];
	tree->count = kept;
}

void
proc_tree_add(struct proc_tree *tree, const struct proc_tree *more)
{
	size_t count = tree->count + more->count;
	if (!more->count)
		return;
	tree->items = memory_resize(tree->items, count, sizeof(*tree->items));
	memcpy(tree->items + tree->count, more->items, more->count * sizeof(*more->items));
	tree->count = tree->size = count;
}

void
proc_tree_clear(struct proc_tree *tree)
{
	free(tree->items);
	*tree = (struct proc_tree){0};
}

/* Returns false if the pid was used again, or the process is gone. */
static bool
proc_tree_is_same(const struct proc_tree_process *process)
{
	char pid[24];
	struct proc_tree_process now;
	snprintf(pid, sizeof(pid), "%d", (int)process->pid);
	return proc_tree_read_process(pid, &now) && now.start == process->start;
}

bool
proc_tree_signal(const struct proc_tree_process *process, int signo)
{
	int fd = (int)syscall(SYS_pidfd_open, process->pid, 0);
	if (fd < 0 && errno != ESRCH && proc_tree_is_same(process))
		return kill(process->pid, signo) == 0;
	if (fd < 0) {
		errno = ESRCH;
		return false;
	}
	/* Compare after the open: from then on, the descriptor refers to one process. */
	bool same = proc_tree_is_same(process);
	int errnum = ESRCH;
	bool done = same && syscall(SYS_pidfd_send_signal, fd, signo, NULL, 0) == 0;
	if (same && !done)
		errnum = errno;
	close(fd);
	errno = errnum;
	return done;
}
