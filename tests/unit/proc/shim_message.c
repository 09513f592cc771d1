/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Jobs for a shim, from one end of a socket to the other. */
#include "shim_message.h"
#include "check.h"
#include "count_fds.h"

#include "fault.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LARGEST ((192 << 10) - 256) /* bytes of strings that fit */

static int ends[2]; /* of the socket */

ssize_t
recvmsg(int fd, struct msghdr *message, int flags)
{
	if (message->msg_iovlen != 2)
		exit(98);
	return fault_hits("recvmsg") ? -1 : syscall(SYS_recvmsg, fd, message, flags);
}

static void
open_socket(void)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		exit(99);
}

static void
close_socket(void)
{
	close(ends[0]);
	close(ends[1]);
}

/* A file of its own, whose number is not that of any other. */
static int
open_file(void)
{
	FILE *file = tmpfile();
	int fd = file ? fcntl(fileno(file), F_DUPFD_CLOEXEC, 3) : -1;
	if (fd < 0)
		exit(99);
	fclose(file);
	return fd;
}

static bool
same_file(int a, int b)
{
	struct stat x, y;
	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_ino == y.st_ino && a != b;
}

static bool
same_words(char *const *a, char *const *b)
{
	for (; *a && *b; a++, b++)
		if (strcmp(*a, *b) != 0)
			return false;
	return !*a && !*b;
}

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool
same_job(const struct shim_message *a, const struct shim_message *b)
{
	const struct spawn *x = &a->spawn, *y = &b->spawn;
	bool same = same_words(x->argv, y->argv) && same_words(x->envp, y->envp) &&
	            same_text(x->cwd, y->cwd) && x->own_session == y->own_session &&
	            x->terminal == y->terminal && a->grace_ns == b->grace_ns && a->loan == b->loan;
	for (int i = 0; i < 3; i++)
		same = same && same_file(x->fds[i], y->fds[i]) &&
		       fcntl(y->fds[i], F_GETFD) & FD_CLOEXEC;
	for (int i = 0; i < 2; i++)
		same = same &&
		       (a->output_fds[i] < 0 ? b->output_fds[i] == -1
		                             : same_file(a->output_fds[i], b->output_fds[i]));
	return same;
}

static void
close_job(const struct shim_message *job)
{
	for (int i = 0; i < 3; i++)
		close(job->spawn.fds[i]);
	for (int i = 0; i < 2; i++)
		if (job->output_fds[i] >= 0)
			close(job->output_fds[i]);
}

/* Returns true if JOB arrives as it is, and leaves no descriptor open. */
static bool
arrives(const struct shim_message *job)
{
	struct shim_message got;
	char **words = NULL;
	int before = count_fds();
	bool good = shim_message_send(ends[0], job) && count_fds() == before &&
	            shim_message_receive(ends[1], &got, &words) && words && same_job(job, &got);
	close_job(&got);
	free(words);
	return good && count_fds() == before;
}

static char *argv[] = {(char *)"sh", (char *)"-c", (char *)"", NULL};
static char *envp[] = {(char *)"A=1", (char *)"B=", NULL};
static char *no_words[] = {NULL};

static struct shim_message
make_job(void)
{
	static struct jobserver_loan loan;
	struct shim_message job = {
		.spawn = {.argv = argv, .envp = envp, .cwd = "/usr", .own_session = true},
		.grace_ns = 1234567890123,
		.loan = &loan,
	};
	for (int i = 0; i < 3; i++)
		job.spawn.fds[i] = open_file();
	for (int i = 0; i < 2; i++)
		job.output_fds[i] = open_file();
	return job;
}

static void
check_jobs(void)
{
	struct shim_message job = make_job(), other;
	CHECK(arrives(&job));
	other = job;
	other.spawn.own_session = false;
	other.spawn.terminal = true;
	other.spawn.cwd = NULL;
	other.loan = NULL;
	CHECK_NAMED("each flag arrives on its own", arrives(&other));
	other.spawn.envp = no_words;
	CHECK_NAMED("an environment may be empty", arrives(&other));
	other.spawn.argv = no_words;
	CHECK_NAMED("a message needs no text", arrives(&other));
	for (int has = 0; has < 4; has++) {
		other = job;
		for (int i = 0; i < 2; i++)
			if (!(has & 1 << i))
				other.output_fds[i] = -1;
		CHECK_NAMED("either output may be missing", arrives(&other));
	}
	close_job(&job);
}

/* Other messages on the socket are no jobs. */
static void
check_others(void)
{
	struct shim_message job = make_job();
	static const char zeroes[1000], ones[2] = "\377\377";
	bool sent = send(ends[0], zeroes, 8, 0) == 8 && send(ends[0], zeroes, 1000, 0) == 1000 &&
	            send(ends[0], ones, 2, 0) == 2 && send(ends[0], ones, 1, 0) == 1;
	CHECK_NAMED("orders that came too late are ignored", sent && arrives(&job));
	/* It begins as a job does. */
	const int is_job[4] = {-1};
	sent = send(ends[0], is_job, sizeof(is_job), 0) == sizeof(is_job);
	CHECK_NAMED("a message that is too short is ignored", sent && arrives(&job));
	fault_arm("recvmsg", EINTR, 0, 3);
	CHECK(arrives(&job) && fault_disarm() == 3);
	fault_arm("recvmsg", ENOMEM, 0, 1);
	char **words;
	CHECK(!shim_message_receive(ends[1], &job, &words) && fault_disarm() == 1);
	close_job(&job);
}

/* A job whose strings take LEN bytes, with their NULs. */
static bool
arrives_with(size_t len)
{
	struct shim_message job = make_job();
	char *word = malloc(len);
	memset(word, 'w', len - 1);
	word[len - 1] = '\0';
	char *words[] = {word, NULL};
	job.spawn.argv = words;
	job.spawn.envp = no_words;
	job.spawn.cwd = NULL;
	bool good = arrives(&job);
	close_job(&job);
	free(word);
	return good;
}

/* A message without its descriptors, as if they could not be passed. */
static void
check_no_descriptors(void)
{
	static char bytes[4096];
	struct shim_message job = make_job(), got;
	char **words = NULL;
	bool sent = shim_message_send(ends[0], &job);
	ssize_t len = recv(ends[1], bytes, sizeof(bytes), 0);
	CHECK(sent && send(ends[0], bytes, (size_t)len, 0) == len &&
	      shim_message_receive(ends[1], &got, &words));
	CHECK_NAMED("a job that came without descriptors has none",
	            got.spawn.fds[0] == -1 && got.spawn.fds[1] == -1 && got.spawn.fds[2] == -1 &&
	                    got.output_fds[0] == -1 && got.output_fds[1] == -1);
	free(words);
	close_job(&job);
}

/* Returns the length of the message of a job whose strings are CWD (or NULL), an argument and a
 * variable of the given lengths, with their NULs; -1 if it is refused. */
static ssize_t
message_len(size_t cwd_len, size_t arg_len, size_t variable_len)
{
	static char words[3][LARGEST + 1024], text[1 << 18];
	const size_t lens[3] = {cwd_len, arg_len, variable_len};
	struct shim_message job = make_job();
	for (int i = 0; i < 3; i++) {
		memset(words[i], 'a', lens[i]);
		words[i][lens[i] ? lens[i] - 1 : 0] = '\0';
	}
	char *one[] = {arg_len ? words[1] : NULL, NULL},
	     *two[] = {variable_len ? words[2] : NULL, NULL};
	job.spawn.cwd = cwd_len ? words[0] : NULL;
	job.spawn.argv = one;
	job.spawn.envp = two;
	errno = 0;
	bool sent = shim_message_send(ends[0], &job);
	ssize_t len = sent ? recv(ends[1], text, sizeof(text), 0) : -1;
	close_job(&job);
	return sent || errno == EMSGSIZE ? len : -2;
}

/* Each byte counts once. */
static void
check_largest(void)
{
	ssize_t head = message_len(0, 0, 0);
	size_t room = (192 << 10) - (size_t)head;
	CHECK(message_len(0, room, 0) == 192 << 10 && message_len(0, room + 1, 0) == -1);
	CHECK(message_len(room, 0, 0) == 192 << 10 && message_len(room + 1, 0, 0) == -1);
	CHECK(message_len(0, 0, room) == 192 << 10 && message_len(0, 0, room + 1) == -1);
	CHECK(message_len(9, room - 19, 10) == 192 << 10);
}

static void
check_sizes(void)
{
	CHECK(arrives_with(LARGEST));
	/* The parts are: the directory, arguments and the environment. */
	static char parts[3][LARGEST / 3];
	struct shim_message job = make_job();
	for (int i = 0; i < 3; i++)
		memset(parts[i], 'a' + i, sizeof(parts[i]) - 1);
	char *one[] = {parts[0], NULL}, *two[] = {parts[1], NULL};
	job.spawn.argv = one;
	job.spawn.envp = two;
	job.spawn.cwd = parts[2];
	CHECK_NAMED("a large job arrives whole", arrives(&job));
	char *twice[] = {parts[0], parts[1], parts[2], NULL};
	job.spawn.argv = twice;
	int before = count_fds();
	CHECK_NAMED("a larger one is refused", !shim_message_send(ends[0], &job) &&
	                                               errno == EMSGSIZE && count_fds() == before);
	job.spawn.argv = one;
	job.spawn.envp = twice;
	CHECK(!shim_message_send(ends[0], &job) && errno == EMSGSIZE);
	close_job(&job);
}

static void
check_end(void)
{
	struct shim_message job = make_job(), got;
	char **words;
	close(ends[1]);
	CHECK_NAMED("sending to a shim that is gone is an error, and no signal",
	            !shim_message_send(ends[0], &job) && errno == EPIPE);
	close(ends[0]);
	open_socket();
	close(ends[0]);
	errno = EINTR; /* of an earlier call */
	CHECK_NAMED("the end of the socket is no job",
	            !shim_message_receive(ends[1], &got, &words));
	close_job(&job);
}

int
main(void)
{
	open_socket();
	check_jobs();
	check_others();
	close_socket();
	open_socket();
	check_no_descriptors();
	check_largest();
	check_sizes();
	check_end();
	return check_done();
}
