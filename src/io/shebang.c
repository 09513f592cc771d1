/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "shebang.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool
shebang_read(struct shebang *shebang, const char *path)
{
	char bytes[SHEBANG_SIZE] = "";
	*shebang = (struct shebang){.binary = false};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	ssize_t len = read(fd, bytes, sizeof(bytes) - 1);
	close(fd);
	shebang->binary = len > 0 && memchr(bytes, '\0', (size_t)len);
	if (strncmp(bytes, "#!", 2) == 0)
		memcpy(shebang->line, bytes + 2, strcspn(bytes + 2, "\n"));
	return true;
}
