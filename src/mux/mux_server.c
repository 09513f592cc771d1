/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "mux_server.h"

#include "libraries.h"
#include "listener.h"
#include "memory.h"
#include "message.h"
#include "route_names.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

struct mux_port {
	struct mux_port *next;
	struct mux_server *server;
	struct listener *listener;
	const char *route;
};

static void
mux_server_close_ports(struct mux_server *server)
{
	struct mux_port *port, *next;
	LL_FOREACH_SAFE(server->ports, port, next)
	{
		listener_unwatch(port->listener, server->supervisor.loop);
		listener_close(port->listener);
		free(port);
	}
	server->ports = NULL;
}

static void
mux_server_accept(const struct mux_port *port, int fd)
{
	struct mux_server *server = port->server;
	char *route = memory_format("%s/%" PRIu64, port->route, ++server->connected);
	mux_inputs_read_fd(&server->mux_inputs, route, fd);
	free(route);
}

/* Stops accepting connections until an input has ended, after ERRNUM said that no descriptor is
 * left. If there is no input, it gives up instead. */
static void
mux_server_wait_for_fds(struct mux_server *server, int errnum)
{
	struct mux_port *port;
	message("a connection has to wait: %s", strerror(errnum));
	if (!server->mux_inputs.list) {
		server->mux_inputs.unreadable = true;
		mux_server_close_ports(server);
		return;
	}
	server->at_fd_limit = true;
	LL_FOREACH(server->ports, port)
	listener_unwatch(port->listener, server->supervisor.loop);
}

static void
mux_server_on_connection(void *context)
{
	struct mux_port *port = context;
	struct mux_server *server = port->server;
	int fd;
	while ((fd = listener_accept(port->listener)) >= 0) {
		mux_server_accept(port, fd);
		if (server->left && --server->left == 0) {
			mux_server_close_ports(server);
			return;
		}
	}
	if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
		mux_server_wait_for_fds(server, errno);
}

static void
mux_server_watch_ports(struct mux_server *server)
{
	struct mux_port *port;
	server->at_fd_limit = false;
	LL_FOREACH(server->ports, port)
	listener_watch(port->listener, server->supervisor.loop, mux_server_on_connection, port);
}

bool
mux_server_listen(struct mux_server *server, const char *address, struct string_list *routes)
{
	struct subunit2_error error;
	struct listener *listener = listener_open(address, &error);
	if (!listener) {
		message_error(address, &error);
		return false;
	}
	/* Later, connections may have taken all descriptors. */
	libraries_load();
	struct mux_port *port = memory_zeroed(1, sizeof(*port));
	port->server = server;
	port->listener = listener;
	port->route = route_names_add(routes, listener->label);
	LL_PREPEND(server->ports, port);
	listener_watch(listener, server->supervisor.loop, mux_server_on_connection, port);
	return true;
}

static void
mux_server_abandon(struct mux_server *server)
{
	mux_server_close_ports(server);
	mux_inputs_abandon(&server->mux_inputs);
}

/* Handles a signal. The first one accepts the waiting connections, ends all inputs and waits for
 * the commands; another one kills the commands. */
static void
mux_server_on_signal(void *context, int signo, bool from_terminal)
{
	(void)from_terminal;
	struct mux_server *server = context;
	bool again = server->signo;
	if (!again && !server->ports)
		server->interrupted_by = signo;
	server->signo = signo;
	for (struct mux_port *port = server->ports, *next; server->ports && port; port = next) {
		next = port->next;
		mux_server_on_connection(port);
	}
	mux_server_close_ports(server);
	if (again)
		mux_inputs_kill(&server->mux_inputs);
	else
		mux_inputs_end(&server->mux_inputs);
}

bool
mux_server_begin(struct mux_server *server, const struct mux_server_options *options)
{
	*server = (struct mux_server){
		.outputs = options->outputs,
		.left = options->connections,
		.refill = options->refill,
		.context = options->context,
	};
	if (!supervisor_begin(&server->supervisor, mux_server_on_signal, NULL, server))
		return false;
	mux_inputs_begin(&server->mux_inputs, &server->supervisor, options->from, options->sink);
	server->mux_inputs.must_hold = options->must_hold;
	server->mux_inputs.expects_tests = options->expects_tests;
	server->mux_inputs.add_times = options->add_times;
	server->mux_inputs.shift_clocks = options->shift_clocks;
	server->mux_inputs.add_prefix = options->add_prefix;
	return true;
}

void
mux_server_run(struct mux_server *server)
{
	for (;;) {
		outputs_flush(server->outputs);
		if (outputs_all_failed(server->outputs) ||
		    server->mux_inputs.result != SUBUNIT2_E_OK)
			mux_server_abandon(server);
		if (mux_inputs_sweep(&server->mux_inputs) && server->at_fd_limit)
			mux_server_watch_ports(server);
		if (server->refill && !server->signo &&
		    server->mux_inputs.result == SUBUNIT2_E_OK &&
		    !outputs_all_failed(server->outputs))
			server->refill(server->context, &server->mux_inputs);
		if (!server->mux_inputs.list && !server->ports)
			return;
		event_loop_turn(server->supervisor.loop);
	}
}

void
mux_server_end(struct mux_server *server)
{
	mux_server_close_ports(server);
	mux_inputs_finish(&server->mux_inputs);
	supervisor_end(&server->supervisor);
}
