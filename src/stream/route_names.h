/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Routes: the routing codes of what is merged, none of which is, or lies below,
 * another's: so each input can be taken out again by its code.
 */
#ifndef ROUTE_NAMES_H
#define ROUTE_NAMES_H

#include "string_list.h"

/*
 * Adds WANTED to ROUTES and returns the code as it was added: fit for a packet,
 * whatever its bytes, and with "#2", "#3" … behind its first segment where it would
 * meet another. It lives as long as ROUTES.
 */
const char *route_names_add(struct string_list *routes, const char *wanted);

#endif
