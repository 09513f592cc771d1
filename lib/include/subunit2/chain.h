/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The chain: owns a sequence of sinks that ends in a sink of the caller.
 *
 * Sinks are pushed from the end to the start:
 *
 *     chain = subunit2_chain_new(subunit2_output_sink(output));
 *     next = subunit2_chain_first(chain);
 *     result = subunit2_chain_push(chain, subunit2_stamp_new(next, subunit2_time_now, NULL),
 *                                  &error);
 *
 * Threads: a chain may be used by one thread at a time.
 */
#ifndef SUBUNIT2_CHAIN_H
#define SUBUNIT2_CHAIN_H

#include "sink.h"

#ifdef __cplusplus
extern "C" {
#endif

struct subunit2_chain;

/* Create a chain before END, which stays the caller's and must outlive the chain. Return NULL if
 * memory is short. */
struct subunit2_chain *subunit2_chain_new(struct subunit2_sink *end);

/* Return the sink that events enter at: the one pushed last, or END. */
struct subunit2_sink *subunit2_chain_first(const struct subunit2_chain *chain);

/* Put SINK, whose next sink is the first one, at the start. The chain owns it from now on; if the
 * function fails, SINK is freed. If SINK is NULL, return SUBUNIT2_E_NO_MEMORY: a constructor's
 * result need not be checked before. */
enum subunit2_result subunit2_chain_push(struct subunit2_chain *chain, struct subunit2_sink *sink,
                                         struct subunit2_error *error);

/* Put a tee at the start: every event goes to SINK, which stays the caller's, and then to the sink
 * that was the first one. */
enum subunit2_result subunit2_chain_tee(struct subunit2_chain *chain, struct subunit2_sink *sink,
                                        struct subunit2_error *error);

/* Finish all sinks, END included. */
enum subunit2_result subunit2_chain_finish(struct subunit2_chain *chain,
                                           struct subunit2_error *error);

/* Free the chain and all sinks that were pushed. NULL is allowed. */
void subunit2_chain_free(struct subunit2_chain *chain);

#ifdef __cplusplus
}
#endif

#endif
