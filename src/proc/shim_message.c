/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "shim_message.h"

#include "memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define MESSAGE_MAX (192 << 10) /* bytes; sockets take a little more by default */
#define FDS_MAX 5               /* three of the command, two of its output */

/* The beginning of a message. The directory, the arguments and the environment follow, each with
 * its NUL; the descriptors are attached. */
struct shim_message_head {
	int is_job; /* HEAD_IS_JOB */
	bool own_session, terminal, keep_ignored, has_cwd, has_output[2];
	struct jobserver_loan *loan; /* mapped at the same address in a shim */
	size_t argc, envc;
	int64_t grace_ns;
};

#define HEAD_IS_JOB (-1) /* an order begins with a shim_request */

union fds_room {
	struct cmsghdr head; /* for the alignment */
	char bytes[CMSG_SPACE(FDS_MAX * sizeof(int))];
};

static size_t
shim_message_count_of(char *const *words)
{
	size_t count = 0;
	while (words[count])
		count++;
	return count;
}

/* *LEN becomes the length of all strings, with their NULs. */
static struct shim_message_head
shim_message_head_of(const struct shim_message *job, size_t *len)
{
	const struct spawn *spawn = &job->spawn;
	struct shim_message_head head;
	memset(&head, 0, sizeof(head)); /* no byte of a message is undefined */
	head.is_job = HEAD_IS_JOB;
	head.own_session = spawn->own_session;
	head.terminal = spawn->terminal;
	head.keep_ignored = spawn->keep_ignored;
	head.has_cwd = spawn->cwd != NULL;
	for (int i = 0; i < 2; i++)
		head.has_output[i] = job->output_fds[i] >= 0;
	head.loan = job->loan;
	head.argc = shim_message_count_of(spawn->argv);
	head.envc = shim_message_count_of(spawn->envp);
	head.grace_ns = job->grace_ns;
	*len = head.has_cwd ? strlen(spawn->cwd) + 1 : 0;
	for (size_t i = 0; i < head.argc; i++)
		*len += strlen(spawn->argv[i]) + 1;
	for (size_t i = 0; i < head.envc; i++)
		*len += strlen(spawn->envp[i]) + 1;
	return head;
}

static char *
shim_message_put_words(char *at, char *const *words)
{
	for (; *words; words++)
		at = stpcpy(at, *words) + 1;
	return at;
}

static void
shim_message_attach_fds(struct msghdr *message, union fds_room *room,
                        const struct shim_message *job)
{
	int fds[FDS_MAX];
	size_t count = 3;
	memcpy(fds, job->spawn.fds, sizeof(job->spawn.fds));
	for (int i = 0; i < 2; i++)
		if (job->output_fds[i] >= 0)
			fds[count++] = job->output_fds[i];
	memset(room, 0, sizeof(*room));
	message->msg_control = room->bytes;
	message->msg_controllen = CMSG_SPACE(count * sizeof(int));
	struct cmsghdr *header = CMSG_FIRSTHDR(message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(count * sizeof(int));
	memcpy(CMSG_DATA(header), fds, count * sizeof(int));
}

bool
shim_message_send(int control, const struct shim_message *job)
{
	size_t len;
	struct shim_message_head head = shim_message_head_of(job, &len);
	if (len > MESSAGE_MAX - sizeof(head)) {
		errno = EMSGSIZE;
		return false;
	}
	char *text = memory_zeroed(len, 1), *at = text;
	if (head.has_cwd)
		at = stpcpy(at, job->spawn.cwd) + 1;
	at = shim_message_put_words(at, job->spawn.argv);
	shim_message_put_words(at, job->spawn.envp);
	struct iovec pieces[] = {{&head, sizeof(head)}, {text, len}};
	struct msghdr message = {.msg_iov = pieces, .msg_iovlen = 2};
	union fds_room room;
	shim_message_attach_fds(&message, &room, job);
	ssize_t sent = sendmsg(control, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	int errnum = errno;
	free(text);
	errno = errnum;
	return sent >= 0;
}

static void
shim_message_read_fds(const struct msghdr *message, const struct shim_message_head *head,
                      struct shim_message *job)
{
	int fds[FDS_MAX] = {-1, -1, -1, -1, -1};
	struct cmsghdr *header = CMSG_FIRSTHDR(message);
	if (header && header->cmsg_type == SCM_RIGHTS)
		memcpy(fds, CMSG_DATA(header), header->cmsg_len - CMSG_LEN(0));
	memcpy(job->spawn.fds, fds, sizeof(job->spawn.fds));
	size_t next = 3;
	for (int i = 0; i < 2; i++)
		job->output_fds[i] = head->has_output[i] ? fds[next++] : -1;
}

/* Points *SPAWN to the strings at AT. Returns the arrays of arguments and environment, to be
 * freed. */
static char **
shim_message_read_words(struct spawn *spawn, const struct shim_message_head *head, char *at)
{
	char **words = memory_zeroed(head->argc + 1 + head->envc + 1, sizeof(*words));
	char **argv = words, **envp = words + head->argc + 1;
	if (head->has_cwd) {
		spawn->cwd = at;
		at += strlen(at) + 1;
	}
	for (size_t i = 0; i < head->argc; i++, at += strlen(at) + 1)
		argv[i] = at;
	for (size_t i = 0; i < head->envc; i++, at += strlen(at) + 1)
		envp[i] = at;
	spawn->argv = argv;
	spawn->envp = envp;
	return words;
}

bool
shim_message_receive(int control, struct shim_message *job, char ***words)
{
	static char text[MESSAGE_MAX];
	struct shim_message_head head;
	ssize_t got;
	struct iovec pieces[] = {{&head, sizeof(head)}, {text, sizeof(text)}};
	union fds_room room;
	struct msghdr message;
	do {
		message = (struct msghdr){.msg_iov = pieces,
		                          .msg_iovlen = 2,
		                          .msg_control = room.bytes,
		                          .msg_controllen = sizeof(room.bytes)};
		got = recvmsg(control, &message, MSG_CMSG_CLOEXEC);
	} while ((got < 0 && errno == EINTR) ||
	         (got > 0 && ((size_t)got < sizeof(head) || head.is_job != HEAD_IS_JOB)));
	if (got <= 0)
		return false;
	*job = (struct shim_message){.grace_ns = head.grace_ns, .loan = head.loan};
	job->spawn.own_session = head.own_session;
	job->spawn.terminal = head.terminal;
	job->spawn.keep_ignored = head.keep_ignored;
	shim_message_read_fds(&message, &head, job);
	*words = shim_message_read_words(&job->spawn, &head, text);
	return true;
}
