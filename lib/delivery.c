/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "delivery.h"

void
delivery_begin_stretch(struct delivery *delivery, uint64_t start, uint64_t end, const char *reason,
                       uint64_t reason_offset)
{
	delivery->stretch = (struct stretch){
		.open = true,
		.start = start,
		.end = end,
		.reason = reason,
		.reason_offset = reason_offset,
	};
}

static enum subunit2_result
delivery_emit_text(struct delivery *delivery, const struct span *span, uint64_t to)
{
	struct subunit2_view text = {(const char *)span_at(span, delivery->emitted),
	                             (size_t)(to - delivery->emitted)};
	delivery->emitted = to;
	return delivery->handler.text(delivery->context, text, delivery->error);
}

/* Report the next piece of the open stretch, up to TO at most. */
static enum subunit2_result
delivery_emit_damage(struct delivery *delivery, const struct span *span, uint64_t to)
{
	struct stretch *stretch = &delivery->stretch;
	uint64_t from = delivery->emitted;
	if (to > stretch->end)
		to = stretch->end;
	struct subunit2_damage damage = {
		.piece = {"", 0},
		.offset = stretch->start,
		.first = !stretch->begun,
		.last = to == stretch->end,
	};
	if (from < to)
		damage.piece = (struct subunit2_view){(const char *)span_at(span, from),
		                                      (size_t)(to - from)};
	if (damage.last) {
		damage.reason = stretch->reason;
		damage.reason_offset = stretch->reason_offset;
	}
	stretch->begun = true;
	stretch->open = !damage.last;
	if (from < to)
		delivery->emitted = to;
	return delivery->handler.damage(delivery->context, &damage, delivery->error);
}

enum subunit2_result
delivery_emit(struct delivery *delivery, const struct span *span, uint64_t to)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	while (!result &&
	       (delivery->emitted < to || (delivery->stretch.open && delivery->stretch.end <= to)))
		result = delivery->stretch.open ? delivery_emit_damage(delivery, span, to)
		                                : delivery_emit_text(delivery, span, to);
	return result;
}
