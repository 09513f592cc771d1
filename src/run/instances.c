/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "instances.h"

#include "memory.h"
#include "memory_file.h"
#include "shell.h"
#include "shell_quote.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
instances_add_words(struct string_list *names, const char *text, const char *dividers)
{
	while (*(text += strspn(text, dividers))) {
		size_t len = strcspn(text, dividers);
		string_list_add_owned(names, memory_copy_len(text, len));
		text += len;
	}
}

/* Returns NULL, or what is wrong with the names; to be freed. */
static char *
instances_check(const struct instances *instances)
{
	for (size_t i = 0; i < instances->names.count; i++) {
		const char *name = instances->names.items[i];
		if (strchr(name, '/'))
			return memory_format("instance %s: a name is a segment of a routing code, "
			                     "and has no \"/\"",
			                     name);
	}
	return NULL;
}

char *
instances_list(struct instances *instances, const char *list)
{
	int errnum = 0;
	if (!strchr(list, ',') && access(list, F_OK) == 0)
		errnum = string_list_read(&instances->names, list);
	else
		instances_add_words(&instances->names, list, ", ");
	if (errnum)
		return memory_copy(strerror(errnum));
	return instances->names.count ? instances_check(instances)
	                              : memory_copy("names no instance");
}

/* COMMAND with NAME, "$INSTANCE_COUNT" say, replaced by VALUE wherever it stands. */
static char *
instances_replace(const char *command, const char *name, const char *value)
{
	char *text = NULL;
	size_t size;
	FILE *out = memory_file(&text, &size);
	for (const char *found; (found = strstr(command, name)); command = found + strlen(name)) {
		fwrite(command, 1, (size_t)(found - command), out);
		fputs(value, out);
	}
	fputs(command, out);
	fclose(out);
	return text;
}

static char *
instances_ending(const char *command, int status)
{
	if (status == 0)
		return NULL;
	if (status < 0)
		return memory_format("%s: %s", command, strerror(errno));
	if (WIFSIGNALED(status))
		return memory_format("%s: died of signal %d", command, WTERMSIG(status));
	return memory_format("%s: exit status %d", command, WEXITSTATUS(status));
}

char *
instances_provision(struct instances *instances, const char *provision, const char *dispose,
                    unsigned count, int *signo)
{
	char number[16], *output;
	snprintf(number, sizeof(number), "%u", count);
	char *command = instances_replace(provision, "$INSTANCE_COUNT", number);
	int status = shell_read(command, &output, signo);
	char *problem = instances_ending(command, status);
	instances_add_words(&instances->names, output, " \t\r\n");
	if (!problem && !instances->names.count)
		problem = memory_format("%s: printed no instance", command);
	if (!problem)
		problem = instances_check(instances);
	instances->dispose = dispose;
	free(output);
	free(command);
	return problem;
}

char *
instances_end(struct instances *instances)
{
	char *problem = NULL;
	if (instances->dispose && instances->names.count) {
		/* A shell reads them. */
		char *names = shell_quote_words((const char *const *)instances->names.items);
		char *command = instances_replace(instances->dispose, "$INSTANCE_IDS", names);
		problem = instances_ending(command, shell_run(command));
		free(command);
		free(names);
	}
	string_list_clear(&instances->names);
	return problem;
}
