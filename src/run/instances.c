/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "instances.h"

#include "memory.h"
#include "memory_file.h"
#include "number.h"
#include "shell.h"
#include "shell_quote.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SLOTS_MAX 1024

static void
instances_add_words(struct string_list *names, const char *text, const char *dividers)
{
	while (*(text += strspn(text, dividers))) {
		size_t len = strcspn(text, dividers);
		string_list_add_owned(names, memory_copy_len(text, len));
		text += len;
	}
}

/* Takes "*SLOTS" off NAME. Returns 1 without it, and 0 if it is not a number of slots. */
static unsigned
instances_read_slots(char *name)
{
	char *star = strrchr(name, '*');
	uint64_t slots = 0;
	if (!star)
		return 1;
	if (star == name || !number_parse_range(star + 1, 1, SLOTS_MAX, &slots))
		return 0;
	*star = '\0';
	return (unsigned)slots;
}

/* Reads the slots of the names. Returns NULL, or an error message, to be freed. */
static char *
instances_check(struct instances *instances)
{
	instances->slots = memory_zeroed(instances->names.count + 1, sizeof(*instances->slots));
	for (size_t i = 0; i < instances->names.count; i++) {
		char *name = instances->names.items[i];
		if (strchr(name, '/'))
			return memory_format("instance %s: a name is a segment of a routing code, "
			                     "and has no \"/\"",
			                     name);
		instances->slots[i] = instances_read_slots(name);
		if (!instances->slots[i])
			return memory_format("instance %s: after * stands a number of slots, from "
			                     "1 to %d",
			                     name, SLOTS_MAX);
	}
	return NULL;
}

unsigned
instances_slots(const struct instances *instances, size_t index)
{
	return instances->slots ? instances->slots[index] : 1;
}

unsigned
instances_all_slots(const struct instances *instances)
{
	unsigned all = 0;
	for (size_t i = 0; i < instances->names.count; i++)
		all += instances_slots(instances, i);
	return all;
}

const char *
instances_repeated(const struct instances *instances)
{
	const struct string_list *names = &instances->names;
	for (size_t i = 0; i < names->count; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(names->items[i], names->items[j]) == 0)
				return names->items[i];
	return NULL;
}

void
instances_clear(struct instances *instances)
{
	string_list_clear(&instances->names);
	free(instances->slots);
	instances->slots = NULL;
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

/* Returns COMMAND with each NAME, such as "$INSTANCE_COUNT", replaced by VALUE; to be freed. */
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
	instances_clear(instances);
	return problem;
}
