/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "waiting.h"

#include <stdlib.h>

void
tap_waiting_init(struct tap_waiting *waiting)
{
	TAILQ_INIT(&waiting->records);
	waiting->sequence = 0;
	waiting->size = 0;
}

void
tap_waiting_free(struct tap_waiting *waiting)
{
	while (tap_waiting_first(waiting))
		tap_waiting_drop_first(waiting);
}

static size_t
tap_waiting_record_size(const struct tap_record *record)
{
	return sizeof(*record) + record->path.len + record->len;
}

/* Returns NAME, "::" unless NAME is empty, and PATH, to be freed. NULL data: memory is short. */
static struct tap_bytes
tap_waiting_join(struct tap_bytes name, struct tap_bytes path)
{
	size_t between = name.len ? 2 : 0;
	char *data = malloc(name.len + between + path.len + 1);
	if (data) {
		if (name.len)
			memcpy(data, name.data, name.len);
		memcpy(data + name.len, "::", between);
		memcpy(data + name.len + between, path.data, path.len);
	}
	return (struct tap_bytes){data, name.len + between + path.len};
}

struct tap_record *
tap_waiting_add(struct tap_waiting *waiting, struct tap_bytes path, size_t len)
{
	struct tap_record *record = malloc(sizeof(*record) + len);
	struct tap_bytes copy = tap_waiting_join((struct tap_bytes){NULL, 0}, path);
	if (!record || !copy.data) {
		free(record);
		free((char *)copy.data);
		return NULL;
	}
	record->sequence = ++waiting->sequence;
	record->path = copy;
	record->len = len;
	waiting->size += tap_waiting_record_size(record);
	TAILQ_INSERT_TAIL(&waiting->records, record, next);
	return record;
}

bool
tap_waiting_name(struct tap_waiting *waiting, uint64_t sequence, struct tap_bytes name)
{
	struct tap_record *record;
	TAP_WAITING_SINCE(record, waiting, sequence)
	{
		struct tap_bytes path = tap_waiting_join(name, record->path);
		if (!path.data)
			return false;
		waiting->size += path.len - record->path.len;
		free((char *)record->path.data);
		record->path = path;
	}
	return true;
}

static void
tap_waiting_drop(struct tap_waiting *waiting, struct tap_record *record)
{
	TAILQ_REMOVE(&waiting->records, record, next);
	waiting->size -= tap_waiting_record_size(record);
	free((char *)record->path.data);
	free(record);
}

void
tap_waiting_drop_first(struct tap_waiting *waiting)
{
	tap_waiting_drop(waiting, tap_waiting_first(waiting));
}

void
tap_waiting_drop_since(struct tap_waiting *waiting, uint64_t sequence)
{
	struct tap_record *record;
	while ((record = TAILQ_LAST(&waiting->records, tap_records)) && record->sequence > sequence)
		tap_waiting_drop(waiting, record);
}
