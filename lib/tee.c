/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/sink.h>

#include <stdlib.h>

struct tee {
	struct subunit2_sink sink;
	size_t count;
	struct subunit2_sink *next[];
};

static enum subunit2_result
tee_event(struct subunit2_sink *self, const struct subunit2_event *event,
          struct subunit2_error *error)
{
	struct tee *tee = (struct tee *)self;

	for (size_t i = 0; i < tee->count; i++) {
		enum subunit2_result result = subunit2_sink_event(tee->next[i], event, error);
		if (result != SUBUNIT2_E_OK)
			return result;
	}
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
tee_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	struct tee *tee = (struct tee *)self;
	enum subunit2_result first = SUBUNIT2_E_OK;

	for (size_t i = 0; i < tee->count; i++) {
		enum subunit2_result result =
			subunit2_sink_finish(tee->next[i], first == SUBUNIT2_E_OK ? error : NULL);
		if (first == SUBUNIT2_E_OK)
			first = result;
	}
	return first;
}

static void
tee_free(struct subunit2_sink *self)
{
	free(self);
}

struct subunit2_sink *
subunit2_tee_new(struct subunit2_sink *const *sinks, size_t count)
{
	struct tee *tee = malloc(sizeof(*tee) + count * sizeof(*tee->next));

	if (!tee)
		return NULL;
	tee->sink = (struct subunit2_sink){tee_event, tee_finish, tee_free};
	tee->count = count;
	for (size_t i = 0; i < count; i++)
		tee->next[i] = sinks[i];
	return &tee->sink;
}
