#include "temporary.h"

#include "memory.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int
temporary_open(void)
{
	const char *folder = getenv("TMPDIR");
	char *path = memory_format("%s/subunit2.XXXXXX", folder && *folder ? folder : "/tmp");
	int fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	free(path);
	return fd;
}
