/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Results and errors.
 *
 * A function that can fail returns an enum subunit2_result. Its last parameter is a
 * struct subunit2_error *, which may be NULL. The function fills the error if the result is
 * negative, and leaves it alone otherwise. The library never prints and never ends the process.
 *
 * Threads: these functions may be called from every thread, each with an error of its own.
 */
#ifndef SUBUNIT2_ERROR_H
#define SUBUNIT2_ERROR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum subunit2_result {
	SUBUNIT2_E_OK = 0,
	SUBUNIT2_E_STOP = 1,     /* a callback wants no more events; not an error */
	SUBUNIT2_E_INVALID = -1, /* an argument cannot be written, or the input cannot be read */
	SUBUNIT2_E_NO_MEMORY = -2,
	SUBUNIT2_E_SYSTEM = -3, /* a system call failed: see errnum */
};

struct subunit2_error {
	enum subunit2_result code;
	int errnum;      /* errno for SUBUNIT2_E_SYSTEM, else 0 */
	uint64_t offset; /* in bytes from the start of the input, for errors in an input; else 0 */
	const char *subject;  /* a field ("test id") or a file; NULL: the error has no subject.
	                         Valid as long as the object that failed. */
	const char *message;  /* constant; lower case, without a full stop, or a text of strerror */
	const void *reserved; /* NULL */
};

/* Fill ERROR, unless it is NULL, and return CODE. errnum and offset become 0. For callbacks. */
enum subunit2_result subunit2_error_set(struct subunit2_error *error, enum subunit2_result code,
                                        const char *subject, const char *message);

/* Do the same for a failed system call: the code is SUBUNIT2_E_SYSTEM, the message that of
 * ERRNUM. */
enum subunit2_result subunit2_error_system(struct subunit2_error *error, const char *subject,
                                           int errnum);

#ifdef __cplusplus
}
#endif

#endif
