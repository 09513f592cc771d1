/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Results and errors.
 *
 * A function that can fail returns an enum subunit2_result: SUBUNIT2_E_OK,
 * SUBUNIT2_E_STOP, or a negative one, and takes a struct subunit2_error * last,
 * which may be NULL. The error is written only when the result is negative.
 * The library never prints, and never ends the process.
 */
#ifndef SUBUNIT2_ERROR_H
#define SUBUNIT2_ERROR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum subunit2_result {
	SUBUNIT2_E_OK = 0,
	SUBUNIT2_E_STOP = 1,     /* a callback wants no more; not an error */
	SUBUNIT2_E_INVALID = -1, /* what was handed over cannot be written or read */
	SUBUNIT2_E_NO_MEMORY = -2,
	SUBUNIT2_E_SYSTEM = -3, /* a system call failed: see errnum */
};

struct subunit2_error {
	enum subunit2_result code;
	int errnum;          /* errno, for SUBUNIT2_E_SYSTEM; else 0 */
	uint64_t offset;     /* bytes into the input, where that has a meaning; else 0 */
	const char *subject; /* what failed: a field ("test id"), a file; lives as long
	                        as the object that failed. NULL: nothing to name */
	const char *message; /* constant, without a full stop: lower case, or what strerror says */
};

/* Fills ERROR, unless it is NULL, and returns CODE. errnum and offset become 0. */
enum subunit2_result subunit2_error_set(struct subunit2_error *error, enum subunit2_result code,
                                        const char *subject, const char *message);

/* The same for a failed system call: SUBUNIT2_E_SYSTEM with ERRNUM and its text. */
enum subunit2_result subunit2_error_system(struct subunit2_error *error, const char *subject,
                                           int errnum);

#ifdef __cplusplus
}
#endif

#endif
