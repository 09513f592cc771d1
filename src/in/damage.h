/*
 * Damage: input that could not be read as what it claims to be, told as the
 * stream tells it (see subunit2/stream.h).
 */
#ifndef DAMAGE_H
#define DAMAGE_H

#include <subunit2/sink.h>

/* BYTES as the file "Packet data" and REASON as "Parser Error" of the failed
 * test subunit.parser. REASON is made fit for a packet. */
int damage_tell(struct subunit2_sink *sink, struct subunit2_view bytes, const char *reason,
                struct subunit2_error *error);

#endif
