/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Distinct routing codes for the inputs of a merge: no code equals another one or lies below it, so
 * that each input can be selected by its code later.
 */
#ifndef ROUTE_NAMES_H
#define ROUTE_NAMES_H

#include "string_list.h"

/*
 * Adds a code like WANTED to ROUTES and returns it: invalid bytes are escaped, and "#2", "#3" … is
 * appended to the first segment if the code equals another one or one lies below the other. Valid
 * as long as ROUTES.
 */
const char *route_names_add(struct string_list *routes, const char *wanted);

#endif
