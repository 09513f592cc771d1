/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "route_names.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>
#include <subunit2/utf8.h>

#define ROUTE_MAX 1024 /* bytes of a code */

/* Returns true if the codes are equal or one lies below the other. */
static bool
route_names_overlap(const char *one, const char *other)
{
	size_t len = 0;
	while (one[len] && one[len] == other[len])
		len++;
	bool ends = !one[len] || !other[len];
	return ends && (one[len] == other[len] || one[len] == '/' || other[len] == '/');
}

static bool
route_names_is_free(const struct string_list *routes, const char *route)
{
	for (size_t i = 0; i < routes->count; i++)
		if (route_names_overlap(routes->items[i], route))
			return false;
	return true;
}

/* Numbers the first segment: codes with different first segments cannot lie below each other. */
const char *
route_names_add(struct string_list *routes, const char *wanted)
{
	char fit[ROUTE_MAX];
	int len = (int)subunit2_utf8_escape(subunit2_view_of(wanted), fit, sizeof(fit));
	char *route = memory_format("%.*s", len, fit);
	int first = (int)strcspn(route, "/");
	for (unsigned number = 2; !route_names_is_free(routes, route); number++) {
		free(route);
		route = memory_format("%.*s#%u%.*s", first, fit, number, len - first, fit + first);
	}
	string_list_add_owned(routes, route);
	return route;
}
