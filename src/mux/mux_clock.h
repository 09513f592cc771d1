/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * mux --clock=shift: shifts the times of one live input by the offset of its writer's clock, which
 * clock_offset.h measures. A message and the file "clock" in the stream name the offset.
 */
#ifndef MUX_CLOCK_H
#define MUX_CLOCK_H

#include <subunit2/sink.h>

/* Returns the sink for an input that is opened now; never NULL. NAME stands in the message. NAME
 * and NEXT must outlive the sink. */
struct subunit2_sink *mux_clock_new(const char *name, struct subunit2_sink *next);

#endif
