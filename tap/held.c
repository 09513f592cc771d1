#include "held.h"

#include <stdlib.h>

void
tap_held_init(struct tap_held *held)
{
	STAILQ_INIT(&held->records);
	held->sequence = 0;
	held->size = 0;
}

void
tap_held_free(struct tap_held *held)
{
	while (tap_held_first(held))
		tap_held_drop_first(held);
}

static size_t
record_size(const struct tap_record *record)
{
	return sizeof(*record) + record->path.len + record->len;
}

/* NAME, "::" unless it is empty, and PATH; data is NULL when memory is short. */
static struct tap_bytes
join(struct tap_bytes name, struct tap_bytes path)
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
tap_held_add(struct tap_held *held, size_t under, struct tap_bytes path, size_t len)
{
	struct tap_record *record = malloc(sizeof(*record) + len);
	struct tap_bytes copy = join((struct tap_bytes){NULL, 0}, path);
	if (!record || !copy.data) {
		free(record);
		free((char *)copy.data);
		return NULL;
	}
	record->sequence = ++held->sequence;
	record->under = under;
	record->path = copy;
	record->len = len;
	held->size += record_size(record);
	STAILQ_INSERT_TAIL(&held->records, record, next);
	return record;
}

bool
tap_held_name(struct tap_held *held, size_t under, struct tap_bytes name, size_t outer)
{
	struct tap_record *record;
	STAILQ_FOREACH(record, &held->records, next)
	{
		if (record->under != under)
			continue;
		struct tap_bytes path = join(name, record->path);
		if (!path.data)
			return false;
		held->size += path.len - record->path.len;
		free((char *)record->path.data);
		record->path = path;
		record->under = outer;
	}
	return true;
}

void
tap_held_drop_first(struct tap_held *held)
{
	struct tap_record *record = tap_held_first(held);
	STAILQ_REMOVE_HEAD(&held->records, next);
	held->size -= record_size(record);
	free((char *)record->path.data);
	free(record);
}
