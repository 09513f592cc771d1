/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The messages of the code under test: its standard error, which goes to a file in
 * memory from messages_begin on.
 */
#ifndef MESSAGES_H
#define MESSAGES_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MESSAGES_PREFIX "subunit2: "

static inline void
messages_begin(void)
{
	int fd = memfd_create("messages", MFD_CLOEXEC);
	if (fd < 0 || dup2(fd, STDERR_FILENO) < 0)
		exit(99);
	close(fd);
}

/* Returns the messages since the last call, a line each without the prefix. Valid until the next
 * call. */
static inline const char *
messages_take(void)
{
	static char text[16384];
	size_t len = 0;
	ssize_t count;
	lseek(STDERR_FILENO, 0, SEEK_SET);
	while ((count = read(STDERR_FILENO, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)count;
	text[len] = '\0';
	for (char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (strncmp(line, MESSAGES_PREFIX, strlen(MESSAGES_PREFIX)) == 0)
			memmove(line, line + strlen(MESSAGES_PREFIX),
			        strlen(line + strlen(MESSAGES_PREFIX)) + 1);
	lseek(STDERR_FILENO, 0, SEEK_SET);
	if (ftruncate(STDERR_FILENO, 0) < 0)
		exit(99);
	return text;
}

/* Returns whether TEXT is all messages since the last call. */
static inline bool
messages_are(const char *text)
{
	const char *messages = messages_take();
	if (strcmp(messages, text) == 0)
		return true;
	printf("# messages: %s\n", messages);
	return false;
}

#endif
