/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A recipe of subunit-combine: any YAML is read in bounded time, or refused.
 */
#include "recipe.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct recipe recipe;
	char path[64];
	int fd = memfd_create("recipe", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (recipe_read(&recipe, path))
		for (size_t i = 0; i < recipe.count; i++)
			if (!recipe.commands[i].prefix || !recipe.commands[i].list_option)
				abort();
	recipe_clear(&recipe);
	close(fd);
	return 0;
}
