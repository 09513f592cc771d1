#include "writer.h"

#include "patient.h"

#include <errno.h>

int
destination_check(const struct destination *to, struct subunit2_error *error)
{
	if (!ferror_unlocked(to->file))
		return SUBUNIT2_OK;
	int errnum = patient_errnum(to->patient);
	/* A report that is put together in memory has no other error. */
	return subunit2_error_system(error, to->name, errnum ? errnum : ENOMEM);
}
