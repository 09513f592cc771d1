/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The tree of processes: a signal reaches the process that was read, and no other. */
#include "proc_tree.h"
#include "check.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

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
	proc_tree_read(&tree, getpid());
	for (size_t i = 0; i < tree.count; i++)
		if (tree.items[i].pid == pid) {
			*found = tree.items[i];
			any = true;
		}
	proc_tree_clear(&tree);
	return any;
}

/* As if PID had been given to another process since it was read. */
static void
check_reuse(void)
{
	int status = 0;
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

/* From now on there is no pidfd_open. */
static bool
forbid_pidfd(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_open, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(code) / sizeof(*code), code};
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

int
main(void)
{
	check_generations();
	check_reuse();
	CHECK(forbid_pidfd());
	check_reuse();
	return check_done();
}
