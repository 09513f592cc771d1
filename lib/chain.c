/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/chain.h>

#include <stdlib.h>

struct subunit2_chain {
	struct subunit2_sink *first;
	struct subunit2_sink **sinks; /* those that are owned, the first one last */
	size_t count, size;           /* of SINKS: used, allocated */
};

struct subunit2_chain *
subunit2_chain_new(struct subunit2_sink *end)
{
	struct subunit2_chain *chain = calloc(1, sizeof(*chain));

	if (chain)
		chain->first = end;
	return chain;
}

struct subunit2_sink *
subunit2_chain_first(const struct subunit2_chain *chain)
{
	return chain->first;
}

/* Make room for one more sink. Return false if memory is short. */
static bool
chain_reserve(struct subunit2_chain *chain)
{
	size_t size = chain->size > 0 ? 2 * chain->size : 4;
	struct subunit2_sink **sinks;

	if (chain->count < chain->size)
		return true;
	sinks = realloc(chain->sinks, size * sizeof(struct subunit2_sink *));
	if (!sinks)
		return false;
	chain->sinks = sinks;
	chain->size = size;
	return true;
}

enum subunit2_result
subunit2_chain_push(struct subunit2_chain *chain, struct subunit2_sink *sink,
                    struct subunit2_error *error)
{
	if (!sink || !chain_reserve(chain)) {
		subunit2_sink_free(sink);
		return subunit2_error_set(error, SUBUNIT2_E_NO_MEMORY, "chain", "out of memory");
	}
	chain->sinks[chain->count++] = sink;
	chain->first = sink;
	return SUBUNIT2_E_OK;
}

enum subunit2_result
subunit2_chain_tee(struct subunit2_chain *chain, struct subunit2_sink *sink,
                   struct subunit2_error *error)
{
	struct subunit2_sink *both[] = {sink, chain->first};

	return subunit2_chain_push(chain, subunit2_tee_new(both, 2), error);
}

enum subunit2_result
subunit2_chain_finish(struct subunit2_chain *chain, struct subunit2_error *error)
{
	return subunit2_sink_finish(chain->first, error);
}

void
subunit2_chain_free(struct subunit2_chain *chain)
{
	if (!chain)
		return;
	while (chain->count > 0)
		subunit2_sink_free(chain->sinks[--chain->count]);
	free(chain->sinks);
	free(chain);
}
