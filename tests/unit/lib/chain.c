/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "check.h"
#include "record.h"

/* Sinks that count how many of them are not freed. */
struct counted {
	struct subunit2_sink sink;
	struct subunit2_sink *next;
};

static int counted_live;

static enum subunit2_result
counted_event(struct subunit2_sink *self, const struct subunit2_event *event,
              struct subunit2_error *error)
{
	return subunit2_sink_event(((struct counted *)self)->next, event, error);
}

static enum subunit2_result
counted_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	return subunit2_sink_finish(((struct counted *)self)->next, error);
}

static void
counted_free(struct subunit2_sink *self)
{
	counted_live--;
	free(self);
}

static struct subunit2_sink *
counted_new(struct subunit2_sink *next)
{
	struct counted *counted = malloc(sizeof(*counted));

	if (!counted)
		abort();
	*counted = (struct counted){{counted_event, counted_finish, counted_free}, next};
	counted_live++;
	return &counted->sink;
}

static void
test_chain(void)
{
	struct record record, copy;
	struct subunit2_chain *chain;
	struct subunit2_error error;
	struct subunit2_sink *first;

	record_open(&record);
	record_open(&copy);
	chain = subunit2_chain_new(&record.sink);
	CHECK_NAMED("an empty chain is its end", subunit2_chain_first(chain) == &record.sink);
	for (int i = 0; i < 9; i++)
		CHECK(subunit2_chain_push(chain, counted_new(subunit2_chain_first(chain)), NULL) ==
		      SUBUNIT2_E_OK);
	first = subunit2_add_route_new(subunit2_chain_first(chain), SUBUNIT2_LITERAL("0"));
	CHECK(subunit2_chain_push(chain, first, NULL) == SUBUNIT2_E_OK);
	CHECK(subunit2_chain_first(chain) == first);
	CHECK(subunit2_chain_tee(chain, &copy.sink, NULL) == SUBUNIT2_E_OK);

	CHECK(subunit2_status_emit(subunit2_chain_first(chain), SUBUNIT2_LITERAL("a"),
	                           SUBUNIT2_STATUS_SKIP, SUBUNIT2_EMIT_NO_TIME,
	                           NULL) == SUBUNIT2_E_OK);
	CHECK(record_is(&record, "a skip 0 - - -\n"));
	CHECK_NAMED("a tee is before the sinks pushed earlier",
	            record_is(&copy, "a skip - - - -\n"));

	CHECK(subunit2_chain_push(chain, NULL, &error) == SUBUNIT2_E_NO_MEMORY);
	CHECK(error.code == SUBUNIT2_E_NO_MEMORY);
	CHECK(subunit2_chain_finish(chain, NULL) == SUBUNIT2_E_OK);
	CHECK(record.finished == 1 && copy.finished == 1);
	CHECK(counted_live == 9);
	subunit2_chain_free(chain);
	CHECK_NAMED("all sinks are freed", counted_live == 0);
	subunit2_chain_free(NULL);
	record_close(&record);
	record_close(&copy);
}

int
main(void)
{
	test_chain();
	return check_done();
}
