#include "writer.h"

#include <errno.h>

int
destination_check(const struct destination *to, struct subunit2_error *error)
{
	if (!ferror(to->file))
		return SUBUNIT2_OK;
	/* A failed write of stdio is the last system call that it made. */
	return subunit2_error_system(error, to->name, errno);
}
