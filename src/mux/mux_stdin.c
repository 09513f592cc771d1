/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "mux_stdin.h"

#include "memory.h"
#include "message.h"

#include <stdlib.h>

static void
mux_stdin_on_request(void *context, struct subunit2_view id)
{
	(void)context;
	message("standard input: %.*s: dropped a request without a routing code", (int)id.len,
	        id.data);
}

void
mux_stdin_begin(struct mux_stdin *mux_stdin, struct event_loop *loop,
                const struct string_list *routes)
{
	const char *folder = getenv("TMPDIR");
	*mux_stdin = (struct mux_stdin){.count = routes->count};
	mux_stdin->buffers = memory_zeroed(routes->count, sizeof(*mux_stdin->buffers));
	for (size_t i = 0; i < routes->count; i++)
		mux_stdin->buffers[i] = stdin_buffer_new(loop, folder && *folder ? folder : "/tmp");
	struct stdin_router_options options = {
		.book = {.places = (unsigned)routes->count, .names = routes->items},
		.supplies = mux_stdin->buffers,
		.as_packets = true,
		.asked = mux_stdin_on_request,
	};
	mux_stdin->router = stdin_router_new(loop, &options);
}

void
mux_stdin_end(struct mux_stdin *mux_stdin)
{
	stdin_router_free(mux_stdin->router);
	for (size_t i = 0; i < mux_stdin->count; i++)
		stdin_buffer_free(mux_stdin->buffers[i]);
	free(mux_stdin->buffers);
}
