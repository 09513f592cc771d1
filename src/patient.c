#include "patient.h"

#include "memory.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

struct patient {
	FILE *file;
	int fd;
	int errnum;
};

/* One write's worth. -1 with errno set on failure. */
static ssize_t
write_some(int fd, const char *data, size_t len)
{
	for (;;) {
		ssize_t written = write(fd, data, len);
		if (written >= 0)
			return written;
		struct pollfd room = {.fd = fd, .events = POLLOUT};
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			written = poll(&room, 1, -1);
		if (written < 0 && errno != EINTR)
			return -1;
	}
}

/* For fopencookie, which takes anything less than LEN for an error. */
static ssize_t
patient_write(void *cookie, const char *data, size_t len)
{
	struct patient *patient = cookie;
	size_t done = 0;
	while (done < len && !patient->errnum) {
		ssize_t written = write_some(patient->fd, data + done, len - done);
		if (written < 0)
			patient->errnum = errno;
		else
			done += (size_t)written;
	}
	errno = patient->errnum;
	return (ssize_t)done;
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

void
patient_free(struct patient *patient)
{
	if (!patient)
		return;
	fclose(patient->file);
	free(patient);
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
