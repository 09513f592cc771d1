/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The tree of processes: a signal reaches the process that was read, and no other. */
#include "proc_tree.h"
#include "check.h"
#include "count_fds.h"

#include "fault.h"
#include "forbid.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

ssize_t
read(int fd, void *bytes, size_t size)
{
	return fault_hits("read") ? -1 : syscall(SYS_read, fd, bytes, size);
}

static pid_t
start_child(void)
{
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0)
		for (;;)
			pause();
	return pid;
}

static bool
find_child(pid_t pid, struct proc_tree_process *found)
{
	struct proc_tree tree;
	bool any = false;
	int before = count_fds();
	proc_tree_read(&tree, getpid());
	if (count_fds() != before)
		exit(99);
	for (size_t i = 0; i < tree.count; i++)
		if (tree.items[i].pid == pid) {
			*found = tree.items[i];
			any = true;
		}
	proc_tree_clear(&tree);
	return any && !tree.items && !tree.count && !tree.size;
}

/* A name may look like the rest of the line. */
static void
check_names(void)
{
	static const char *const names[] = {"a", "", ") R 1 (", "(((", ")))", "fifteen bytes ab"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct proc_tree_process process;
		char name[16];
		int ends[2];
		if (pipe(ends) < 0)
			exit(99);
		fflush(stdout);
		pid_t pid = fork();
		if (pid == 0) {
			prctl(PR_SET_NAME, names[i]);
			close(ends[0]);
			close(ends[1]);
			for (;;)
				pause();
		}
		close(ends[1]);
		snprintf(name, sizeof(name), "%s", names[i]); /* which the kernel cuts, too */
		CHECK(read(ends[0], name + 15, 1) == 0);      /* the name is set */
		CHECK(find_child(pid, &process) && strcmp(process.name, name) == 0 &&
		      process.parent == getpid() && process.group == getpgrp());
		close(ends[0]);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
}

/* The processes are gone when they are to be read. */
static void
check_gone(void)
{
	struct proc_tree tree;
	struct proc_tree_process process;
	pid_t pid = start_child();
	fault_arm("read", ESRCH, 0, 100000);
	proc_tree_read(&tree, getpid());
	CHECK(tree.count == 0 && fault_disarm() > 0);
	proc_tree_clear(&tree);
	CHECK(find_child(pid, &process));
	process.start = 0;
	fault_arm("read", ESRCH, 0, 1);
	CHECK(!proc_tree_signal(&process, SIGKILL) && errno == ESRCH && fault_disarm() == 1);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* A child reads the tree of its parent, in which it stands once. */
static void
check_self(void)
{
	int status;
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		struct proc_tree tree;
		proc_tree_read(&tree, getppid());
		_exit(tree.count == 1 && tree.items[0].pid == getpid() ? 3 : 4);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 3);
}

/* As if PID had been given to another process since it was read. */
static void
check_reuse(void)
{
	int status = 0, before = count_fds();
	struct proc_tree_process process;
	pid_t pid = start_child();
	CHECK(find_child(pid, &process) && process.parent == getpid());
	process.start--;
	errno = 0;
	CHECK(!proc_tree_signal(&process, SIGKILL) && errno == ESRCH);
	/* A signal is delivered before waitpid returns from the next one. */
	kill(pid, SIGTERM);
	CHECK_NAMED("a process that has the pid of another is not signalled",
	            waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
	                    WTERMSIG(status) == SIGTERM);
	pid = start_child();
	CHECK(find_child(pid, &process) && proc_tree_signal(&process, SIGKILL));
	CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
	      WTERMSIG(status) == SIGKILL);
	CHECK_NAMED("one that is gone is not, either", !proc_tree_signal(&process, SIGKILL));
	CHECK(count_fds() == before);
}

/* A process, its child and the child of that. */
static void
check_generations(void)
{
	struct proc_tree tree = {0};
	bool found = false;
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		if (fork() == 0)
			fork();
		for (;;)
			pause();
	}
	for (int i = 0; i < 5000 && !found; i++) {
		usleep(1000);
		proc_tree_clear(&tree);
		proc_tree_read(&tree, getpid());
		found = tree.count == 3;
	}
	CHECK_NAMED("all generations are in the tree", found);
	for (size_t i = 0; i < tree.count; i++)
		proc_tree_signal(&tree.items[i], SIGKILL);
	waitpid(pid, NULL, 0);
	proc_tree_clear(&tree);
}

/* In a process of its own: the kernel has no pidfd_send_signal. */
static void
check_no_signal(void)
{
	int status;
	struct proc_tree_process process;
	pid_t pid = start_child();
	bool found = find_child(pid, &process);
	fflush(stdout);
	pid_t other = fork();
	if (other == 0) {
		forbid(SYS_pidfd_send_signal);
		_exit(!proc_tree_signal(&process, SIGKILL) && errno == ENOSYS ? 3 : 4);
	}
	CHECK(found && waitpid(other, &status, 0) == other && WIFEXITED(status) &&
	      WEXITSTATUS(status) == 3);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* The tree of a process without children, and nothing added to one. */
static void
check_empty(void)
{
	struct proc_tree tree, none;
	proc_tree_read(&none, getpid());
	CHECK(none.count == 0);
	pid_t pid = start_child();
	proc_tree_read(&tree, getpid());
	proc_tree_add(&tree, &none);
	CHECK(tree.count == 1 && tree.items[0].pid == pid);
	proc_tree_add(&none, &tree);
	CHECK(none.count == 1 && none.items[0].pid == pid);
	proc_tree_clear(&tree);
	proc_tree_clear(&none);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

int
main(void)
{
	check_generations();
	check_empty();
	check_reuse();
	check_names();
	check_gone();
	check_self();
	if (!getenv("CHECK_VALGRIND")) /* which has no pidfd_open */
		check_no_signal();
	forbid(SYS_pidfd_open);
	check_reuse();
	return check_done();
}
