/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "scopes.h"

#include <inttypes.h>
#include <stdio.h>
#include <subunit2/utf8.h>

void
tap_scopes_init(struct tap_scopes *scopes, size_t limit)
{
	tap_waiting_init(&scopes->waiting);
	scopes->limit = limit;
	scopes->depth = 0;
	scopes->at[0] = (struct tap_scope){.named = true};
	tap_names_init(&scopes->names);
}

void
tap_scopes_free(struct tap_scopes *scopes)
{
	tap_waiting_free(&scopes->waiting);
	tap_names_clear(&scopes->names);
}

/* Appends TEXT, as far as there is room. */
static void
tap_scopes_append(const struct tap_scopes *scopes, struct tap_path *path, struct tap_bytes text)
{
	struct subunit2_view view = {text.data, text.len};
	size_t len = subunit2_utf8_cut(view, scopes->limit - path->len);
	if (len)
		memcpy(path->data + path->len, text.data, len);
	path->len += len;
	path->hash = 0;
}

static const struct tap_bytes separator = {"::", 2};

void
tap_scopes_prefix(const struct tap_scopes *scopes, struct tap_path *path, struct tap_bytes prefix)
{
	struct tap_path rest = *path;
	path->len = 0;
	tap_scopes_append(scopes, path, prefix);
	if (!rest.len)
		return;
	tap_scopes_append(scopes, path, separator);
	tap_scopes_append(scopes, path, (struct tap_bytes){rest.data, rest.len});
}

static void
tap_scopes_append_number(const struct tap_scopes *scopes, struct tap_path *path, uint64_t number)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "#%" PRIu64, number);
	tap_scopes_append(scopes, path, (struct tap_bytes){text, (size_t)len});
}

/* Not inlined, so that the function below saves few registers. */
static __attribute__((noinline)) void
tap_scopes_join_path(const struct tap_scopes *scopes, size_t at, struct tap_bytes name,
                     uint64_t number, struct tap_path *path)
{
	const struct tap_scope *scope = &scopes->at[at];
	path->len = 0;
	if (scope->named && scope->path.len) {
		tap_scopes_append(scopes, path,
		                  (struct tap_bytes){scope->path.data, scope->path.len});
		tap_scopes_append(scopes, path, separator);
	}
	if (name.len)
		tap_scopes_append(scopes, path, name);
	else
		tap_scopes_append_number(scopes, path, number);
}

/* Most tests have a name, and their level has none: copying the name here, without the function
 * above, takes 50 instructions less. */
void
tap_scopes_path(const struct tap_scopes *scopes, size_t at, struct tap_bytes name, uint64_t number,
                struct tap_path *path)
{
	const struct tap_scope *scope = &scopes->at[at];
	if ((scope->named && scope->path.len) || !name.len || name.len > scopes->limit) {
		tap_scopes_join_path(scopes, at, name, number, path);
		return;
	}
	path->len = name.len;
	path->hash = 0;
	memcpy(path->data, name.data, name.len);
}

bool
tap_scopes_are_todo(const struct tap_scopes *scopes)
{
	for (size_t at = scopes->depth; at > 0; at--)
		if (scopes->at[at].todo)
			return true;
	return false;
}

bool
tap_scopes_may_be_todo(const struct tap_scopes *scopes)
{
	for (size_t at = scopes->depth; at > 0; at--)
		if (!scopes->at[at].judged)
			return true;
	return false;
}

void
tap_scopes_open(struct tap_scopes *scopes, uint64_t number)
{
	struct tap_scope *scope = &scopes->at[++scopes->depth];
	scope->named = scope->taken = scope->judged = scope->todo = false;
	scope->path.len = scope->base_len = 0;
	scope->path.hash = 0;
	scope->number = number;
	scope->records = scopes->waiting.sequence;
}

bool
tap_scopes_name(struct tap_scopes *scopes, size_t at, const struct tap_path *path)
{
	struct tap_bytes name = {path->data, path->len};
	for (size_t above = at + 1; above <= scopes->depth; above++) {
		struct tap_scope *scope = &scopes->at[above];
		size_t suffix_len = scope->path.len - scope->base_len;
		tap_scopes_prefix(scopes, &scope->path, name);
		scope->base_len = scope->path.len - suffix_len;
	}
	scopes->at[at].path = *path;
	scopes->at[at].named = true;
	return tap_waiting_name(&scopes->waiting, scopes->at[at].records, name);
}

bool
tap_scopes_name_all(struct tap_scopes *scopes, size_t lowest)
{
	struct tap_path path;
	for (size_t at = scopes->depth; at >= lowest; at--) {
		if (scopes->at[at].named)
			continue;
		tap_scopes_path(scopes, at - 1, (struct tap_bytes){NULL, 0}, scopes->at[at].number,
		                &path);
		scopes->at[at].base_len = path.len;
		if (!tap_scopes_name(scopes, at, &path))
			return false;
	}
	return true;
}
