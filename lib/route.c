/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/sink.h>

#include <stdlib.h>

struct rule {
	enum { BY_CODE, BY_TEST } by;
	bool consume;
	struct subunit2_view key; /* ours */
	struct subunit2_sink *sink;
};

struct subunit2_route {
	struct subunit2_sink sink;
	struct subunit2_sink *fallback;
	struct rule *rules;
	size_t count;
};

bool
subunit2_route_is_under(struct subunit2_view code, struct subunit2_view prefix,
                        struct subunit2_view *rest)
{
	size_t len = prefix.len;
	if (!subunit2_view_present(code) || !subunit2_view_starts(code, prefix) ||
	    (code.len > len && code.data[len] != '/'))
		return false;
	if (rest)
		*rest = code.len == len
		                ? SUBUNIT2_ABSENT
		                : (struct subunit2_view){code.data + len + 1, code.len - len - 1};
	return true;
}

static bool
route_rule_matches(const struct rule *rule, const struct subunit2_event *event)
{
	if (rule->by == BY_CODE)
		return subunit2_route_is_under(event->route_code, rule->key, NULL);
	return subunit2_view_equal(event->test_id, rule->key);
}

static enum subunit2_result
route_send_stripped(const struct rule *rule, struct subunit2_event event,
                    struct subunit2_error *error)
{
	event.packet = SUBUNIT2_ABSENT;
	subunit2_route_is_under(event.route_code, rule->key, &event.route_code);
	return subunit2_sink_event(rule->sink, &event, error);
}

static enum subunit2_result
route_event(struct subunit2_sink *self, const struct subunit2_event *event,
            struct subunit2_error *error)
{
	struct subunit2_route *route = (struct subunit2_route *)self;

	for (size_t i = 0; i < route->count; i++) {
		const struct rule *rule = &route->rules[i];

		if (!route_rule_matches(rule, event))
			continue;
		if (rule->consume)
			return route_send_stripped(rule, *event, error);
		return subunit2_sink_event(rule->sink, event, error);
	}
	return route->fallback ? subunit2_sink_event(route->fallback, event, error) : SUBUNIT2_E_OK;
}

/* Return whether the sink of the rule at AT is also that of an earlier rule or the fallback. */
static bool
route_is_finished(const struct subunit2_route *route, size_t at)
{
	const struct subunit2_sink *sink = route->rules[at].sink;

	for (size_t i = 0; i < at; i++) {
		if (route->rules[i].sink == sink)
			return true;
	}
	return route->fallback == sink;
}

static enum subunit2_result
route_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	struct subunit2_route *route = (struct subunit2_route *)self;
	enum subunit2_result first = SUBUNIT2_E_OK;

	if (route->fallback)
		first = subunit2_sink_finish(route->fallback, error);
	for (size_t i = 0; i < route->count; i++) {
		enum subunit2_result result;

		if (route_is_finished(route, i))
			continue;
		result = subunit2_sink_finish(route->rules[i].sink,
		                              first == SUBUNIT2_E_OK ? error : NULL);
		if (first == SUBUNIT2_E_OK)
			first = result;
	}
	return first;
}

static void
route_free(struct subunit2_sink *self)
{
	(void)self; /* a part of what subunit2_route_free frees */
}

void
subunit2_route_free(struct subunit2_route *route)
{
	if (!route)
		return;
	for (size_t i = 0; i < route->count; i++)
		free((char *)route->rules[i].key.data);
	free(route->rules);
	free(route);
}

struct subunit2_route *
subunit2_route_new(struct subunit2_sink *fallback)
{
	struct subunit2_route *route = malloc(sizeof(*route));

	if (route)
		*route = (struct subunit2_route){
			.sink = {route_event, route_finish, route_free},
			.fallback = fallback,
		};
	return route;
}

static enum subunit2_result
route_add_rule(struct subunit2_route *route, struct rule rule, struct subunit2_error *error)
{
	struct rule *rules = realloc(route->rules, (route->count + 1) * sizeof(*rules));
	char *copy = NULL;

	if (rules)
		route->rules = rules;
	if (subunit2_view_present(rule.key)) {
		copy = malloc(rule.key.len + 1);
		if (copy)
			memcpy(copy, rule.key.data, rule.key.len);
	}
	if (!rules || (subunit2_view_present(rule.key) && !copy)) {
		free(copy);
		return subunit2_error_set(error, SUBUNIT2_E_NO_MEMORY, "route", "out of memory");
	}
	rule.key.data = copy;
	route->rules[route->count++] = rule;
	return SUBUNIT2_E_OK;
}

enum subunit2_result
subunit2_route_add_code(struct subunit2_route *route, struct subunit2_view prefix, unsigned flags,
                        struct subunit2_sink *sink, struct subunit2_error *error)
{
	bool consume = flags & SUBUNIT2_ROUTE_CONSUME;
	return route_add_rule(route, (struct rule){BY_CODE, consume, prefix, sink}, error);
}

enum subunit2_result
subunit2_route_add_test(struct subunit2_route *route, struct subunit2_view test_id,
                        struct subunit2_sink *sink, struct subunit2_error *error)
{
	return route_add_rule(route, (struct rule){BY_TEST, false, test_id, sink}, error);
}

struct subunit2_sink *
subunit2_route_sink(struct subunit2_route *route)
{
	return &route->sink;
}
