/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/sink.h>

#include <stdlib.h>

struct tag {
	struct subunit2_sink sink;
	struct subunit2_sink *next;
	struct subunit2_tagset add, discard;
	struct subunit2_tagset tags; /* of the current event */
};

/* Return whether TAGS contains all added and no discarded tags. */
static bool
tag_is_done(const struct tag *tag, struct subunit2_tags tags)
{
	struct subunit2_tags rest = subunit2_tagset_view(&tag->add);
	struct subunit2_view one;

	while (subunit2_tags_next(&rest, &one)) {
		if (!subunit2_tags_has(tags, one))
			return false;
	}
	rest = subunit2_tagset_view(&tag->discard);
	while (subunit2_tags_next(&rest, &one)) {
		if (subunit2_tags_has(tags, one))
			return false;
	}
	return true;
}

static enum subunit2_result
tag_event(struct subunit2_sink *self, const struct subunit2_event *event,
          struct subunit2_error *error)
{
	struct tag *tag = (struct tag *)self;
	struct subunit2_tags discard = subunit2_tagset_view(&tag->discard);
	struct subunit2_event tagged = *event;
	struct subunit2_view one;
	enum subunit2_result result;

	if (!subunit2_view_present(event->test_id) || tag_is_done(tag, event->tags))
		return subunit2_sink_event(tag->next, event, error);

	subunit2_tagset_clear(&tag->tags);
	result = subunit2_tagset_add_all(&tag->tags, event->tags, error);
	if (result == SUBUNIT2_E_OK)
		result =
			subunit2_tagset_add_all(&tag->tags, subunit2_tagset_view(&tag->add), error);
	if (result != SUBUNIT2_E_OK)
		return result;
	while (subunit2_tags_next(&discard, &one))
		subunit2_tagset_remove(&tag->tags, one);
	tagged.tags = subunit2_tagset_view(&tag->tags);
	tagged.packet = SUBUNIT2_ABSENT;
	return subunit2_sink_event(tag->next, &tagged, error);
}

static enum subunit2_result
tag_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	return subunit2_sink_finish(((struct tag *)self)->next, error);
}

static void
tag_free(struct subunit2_sink *self)
{
	struct tag *tag = (struct tag *)self;

	subunit2_tagset_clear(&tag->add);
	subunit2_tagset_clear(&tag->discard);
	subunit2_tagset_clear(&tag->tags);
	free(tag);
}

struct subunit2_sink *
subunit2_tag_new(struct subunit2_sink *next, struct subunit2_tags add, struct subunit2_tags discard)
{
	struct tag *tag = calloc(1, sizeof(*tag));
	struct subunit2_view one;

	if (!tag)
		return NULL;
	tag->sink = (struct subunit2_sink){tag_event, tag_finish, tag_free};
	tag->next = next;
	if (subunit2_tagset_add_all(&tag->add, add, NULL) != SUBUNIT2_E_OK ||
	    subunit2_tagset_add_all(&tag->discard, discard, NULL) != SUBUNIT2_E_OK) {
		tag_free(&tag->sink);
		return NULL;
	}
	/* A tag that is both added and discarded is discarded. */
	while (subunit2_tags_next(&discard, &one))
		subunit2_tagset_remove(&tag->add, one);
	return &tag->sink;
}
