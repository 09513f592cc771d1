/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Gives each event without a time the time of the event before it; an event before the first time
 * stays without one. For streams that were recorded: the present would be wrong.
 */
#ifndef PREVIOUS_TIME_H
#define PREVIOUS_TIME_H

#include <subunit2/sink.h>

/* NEXT must outlive the sink. Never returns NULL. */
struct subunit2_sink *previous_time_new(struct subunit2_sink *next);

#endif
