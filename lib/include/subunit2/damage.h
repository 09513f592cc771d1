/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Damage as events: how a stream says that bytes of its input could not be read.
 * They belong to the test id "subunit.parser", not runnable: the bytes are its
 * file "Packet data", the reason is "Parser Error", and the status fail comes
 * last, so that damage shows in every report.
 */
#ifndef SUBUNIT2_DAMAGE_H
#define SUBUNIT2_DAMAGE_H

#include "sink.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SUBUNIT2_DAMAGE_REASON_MAX 1024 /* bytes of a reason; longer ones are cut */

/* Flags of subunit2_damage_emit. */
enum subunit2_damage_flags {
	SUBUNIT2_DAMAGE_FIRST = 1, /* the first piece of the damage */
};

/*
 * BYTES could not be read, for REASON, which is made fit for a packet. Damage
 * may come in pieces: SUBUNIT2_DAMAGE_FIRST in FLAGS marks the first of them, and REASON is NULL
 * for all but the last. TIME, of the events, may be NULL. Returns what the sink did.
 */
enum subunit2_result subunit2_damage_emit(struct subunit2_sink *sink, struct subunit2_view bytes,
                                          unsigned flags, const char *reason,
                                          const struct subunit2_time *time,
                                          struct subunit2_error *error);

#ifdef __cplusplus
}
#endif

#endif
