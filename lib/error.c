/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/error.h>

#include <stddef.h>
#include <string.h>

enum subunit2_result
subunit2_error_set(struct subunit2_error *error, enum subunit2_result code, const char *subject,
                   const char *message)
{
	if (error)
		*error = (struct subunit2_error){
			.code = code, .subject = subject, .message = message};
	return code;
}

enum subunit2_result
subunit2_error_system(struct subunit2_error *error, const char *subject, int errnum)
{
	subunit2_error_set(error, SUBUNIT2_E_SYSTEM, subject, strerror(errnum));
	if (error)
		error->errnum = errnum;
	return SUBUNIT2_E_SYSTEM;
}
