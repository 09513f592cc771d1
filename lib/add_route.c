/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/sink.h>

#include <stdlib.h>

struct add_route {
	struct subunit2_sink sink;
	struct subunit2_sink *next;
	char *code;        /* the prefix, a slash and the routing code of the current event */
	size_t prefix_len; /* without the slash */
	size_t size;       /* bytes allocated for CODE */
};

/* Make room for the prefix, a slash and LEN bytes. Return false if memory is short. */
static bool
add_route_reserve(struct add_route *self, size_t len)
{
	size_t size = self->prefix_len + 1 + len;
	char *code;

	if (size <= self->size)
		return true;
	code = realloc(self->code, size);
	if (!code)
		return false;
	self->code = code;
	self->size = size;
	return true;
}

static enum subunit2_result
add_route_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                struct subunit2_error *error)
{
	struct add_route *self = (struct add_route *)sink;
	struct subunit2_event routed = *event;
	size_t len = self->prefix_len;

	if (!len)
		return subunit2_sink_event(self->next, event, error);
	if (event->route_code.len) {
		if (!add_route_reserve(self, event->route_code.len))
			return subunit2_error_set(error, SUBUNIT2_E_NO_MEMORY, "routing code",
			                          "out of memory");
		memcpy(self->code + len + 1, event->route_code.data, event->route_code.len);
		len += 1 + event->route_code.len;
	}
	routed.route_code = (struct subunit2_view){self->code, len};
	routed.packet = SUBUNIT2_ABSENT;
	return subunit2_sink_event(self->next, &routed, error);
}

static enum subunit2_result
add_route_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	return subunit2_sink_finish(((struct add_route *)sink)->next, error);
}

static void
add_route_free(struct subunit2_sink *sink)
{
	free(((struct add_route *)sink)->code);
	free(sink);
}

struct subunit2_sink *
subunit2_add_route_new(struct subunit2_sink *next, struct subunit2_view prefix)
{
	struct add_route *self = malloc(sizeof(*self));

	if (!self)
		return NULL;
	*self = (struct add_route){
		.sink = {add_route_event, add_route_finish, add_route_free},
		.next = next,
		.prefix_len = prefix.len,
	};
	if (!add_route_reserve(self, 0)) {
		free(self);
		return NULL;
	}
	if (prefix.len)
		memcpy(self->code, prefix.data, prefix.len);
	self->code[prefix.len] = '/';
	return &self->sink;
}
