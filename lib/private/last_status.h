/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The last status of a test, as its events come. This header is not installed; tap and src may
 * include it.
 */
#ifndef LAST_STATUS_H
#define LAST_STATUS_H

#include <stdbool.h>
#include <subunit2/event.h>

/* Return the last status of a test after an event with STATUS; LAST was the one before. A test that
 * began and is listed later has still not ended. */
static inline enum subunit2_status
last_status_after(enum subunit2_status last, enum subunit2_status status)
{
	bool keeps = status == SUBUNIT2_STATUS_NONE ||
	             (status == SUBUNIT2_STATUS_EXISTS && last != SUBUNIT2_STATUS_NONE);

	return keeps ? last : status;
}

#endif
