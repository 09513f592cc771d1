#include "subunit2/sink.h"

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

/* True when CODE is PREFIX or lies below it. */
static bool
is_under(struct subunit2_view code, struct subunit2_view prefix)
{
	return subunit2_view_present(code) && code.len >= prefix.len &&
	       memcmp(code.data, prefix.data, prefix.len) == 0 &&
	       (code.len == prefix.len || code.data[prefix.len] == '/');
}

static bool
rule_matches(const struct rule *rule, const struct subunit2_event *event)
{
	if (rule->by == BY_CODE)
		return is_under(event->route_code, rule->key);
	return subunit2_view_equal(event->test_id, rule->key);
}

static int
send_stripped(struct subunit2_sink *sink, struct subunit2_event event, size_t prefix_len,
              struct subunit2_error *error)
{
	struct subunit2_view *code = &event.route_code;

	event.packet = SUBUNIT2_ABSENT;
	if (code->len == prefix_len)
		*code = SUBUNIT2_ABSENT;
	else
		*code = (struct subunit2_view){code->data + prefix_len + 1,
		                               code->len - prefix_len - 1};
	return subunit2_sink_event(sink, &event, error);
}

static int
route_event(struct subunit2_sink *self, const struct subunit2_event *event,
            struct subunit2_error *error)
{
	struct subunit2_route *route = (struct subunit2_route *)self;

	for (size_t i = 0; i < route->count; i++) {
		const struct rule *rule = &route->rules[i];

		if (!rule_matches(rule, event))
			continue;
		if (rule->consume)
			return send_stripped(rule->sink, *event, rule->key.len, error);
		return subunit2_sink_event(rule->sink, event, error);
	}
	return route->fallback ? subunit2_sink_event(route->fallback, event, error) : SUBUNIT2_OK;
}

/* True when a rule before the one at AT, or the fallback, has its sink too. */
static bool
is_finished(const struct subunit2_route *route, size_t at)
{
	const struct subunit2_sink *sink = route->rules[at].sink;

	for (size_t i = 0; i < at; i++) {
		if (route->rules[i].sink == sink)
			return true;
	}
	return route->fallback == sink;
}

static int
route_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	struct subunit2_route *route = (struct subunit2_route *)self;
	int first = SUBUNIT2_OK;

	if (route->fallback)
		first = subunit2_sink_finish(route->fallback, error);
	for (size_t i = 0; i < route->count; i++) {
		int result;

		if (is_finished(route, i))
			continue;
		result = subunit2_sink_finish(route->rules[i].sink,
		                              first == SUBUNIT2_OK ? error : NULL);
		if (first == SUBUNIT2_OK)
			first = result;
	}
	return first;
}

static void
route_free(struct subunit2_sink *self)
{
	struct subunit2_route *route = (struct subunit2_route *)self;

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

static int
add_rule(struct subunit2_route *route, struct rule rule, struct subunit2_error *error)
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
		return subunit2_error_set(error, SUBUNIT2_NO_MEMORY, "route", "out of memory");
	}
	rule.key.data = copy;
	route->rules[route->count++] = rule;
	return SUBUNIT2_OK;
}

int
subunit2_route_add_code(struct subunit2_route *route, struct subunit2_view prefix, bool consume,
                        struct subunit2_sink *sink, struct subunit2_error *error)
{
	return add_rule(route, (struct rule){BY_CODE, consume, prefix, sink}, error);
}

int
subunit2_route_add_test(struct subunit2_route *route, struct subunit2_view test_id,
                        struct subunit2_sink *sink, struct subunit2_error *error)
{
	return add_rule(route, (struct rule){BY_TEST, false, test_id, sink}, error);
}

struct subunit2_sink *
subunit2_route_sink(struct subunit2_route *route)
{
	return &route->sink;
}
