/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "retrying_file.h"

#include "memory.h"
#include "write_all.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct patient {
	FILE *file;
	int fd;
	int errnum;
};

/* For fopencookie, which takes anything less than LEN for an error. */
static ssize_t
patient_write(void *cookie, const char *data, size_t len)
{
	struct patient *patient = cookie;
	if (!patient->errnum)
		patient->errnum = pour(patient->fd, (struct subunit2_view){data, len});
	errno = patient->errnum;
	return patient->errnum ? 0 : (ssize_t)len;
}

static int
patient_seek(void *cookie, off64_t *offset, int whence)
{
	off64_t at = lseek64(((struct patient *)cookie)->fd, *offset, whence);
	if (at < 0)
		return -1;
	*offset = at;
	return 0;
}

struct patient *
patient_new(int fd)
{
	static const cookie_io_functions_t functions = {
		.write = patient_write,
		.seek = patient_seek,
	};
	struct patient *patient = memory_zeroed(1, sizeof(*patient));
	patient->fd = fd;
	patient->file = memory_have(fopencookie(patient, "w", functions));
	return patient;
}

int
patient_free(struct patient *patient)
{
	if (!patient)
		return 0;
	fclose(patient->file);
	int errnum = patient->errnum;
	free(patient);
	return errnum;
}

FILE *
patient_file(const struct patient *patient)
{
	return patient->file;
}

int
patient_errnum(const struct patient *patient)
{
	return patient->errnum;
}
