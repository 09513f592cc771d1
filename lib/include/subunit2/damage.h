/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Damage as events: reports that bytes of an input could not be read.
 *
 * The events have the test id "subunit.parser" and are not runnable. The bytes are the file
 * "Packet data", the reason is the file "Parser Error", and the status fail comes last, so that
 * every report shows the damage.
 *
 * Threads: the function may be called from every thread, as far as its sink allows.
 */
#ifndef SUBUNIT2_DAMAGE_H
#define SUBUNIT2_DAMAGE_H

#include "sink.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SUBUNIT2_DAMAGE_REASON_MAX 1024 /* in bytes; longer reasons are cut */

/* Flags of subunit2_damage_emit. */
enum subunit2_damage_flags {
	SUBUNIT2_DAMAGE_FIRST = 1, /* the first piece of the damage */
};

/*
 * Send events for BYTES, which could not be read because of REASON, to SINK. Bytes of REASON that
 * cannot be in a packet are escaped. Damage may be sent in pieces: set SUBUNIT2_DAMAGE_FIRST in
 * FLAGS for the first, and pass NULL as REASON for all but the last. TIME is the timestamp of the
 * events; it may be NULL. Return the result of the sink.
 */
enum subunit2_result subunit2_damage_emit(struct subunit2_sink *sink, struct subunit2_view bytes,
                                          unsigned flags, const char *reason,
                                          const struct subunit2_time *time,
                                          struct subunit2_error *error);

#ifdef __cplusplus
}
#endif

#endif
