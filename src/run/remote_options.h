/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The options of run that say where scripts run, if not here.
 */
#ifndef REMOTE_OPTIONS_H
#define REMOTE_OPTIONS_H

#include "executor.h"
#include "instances.h"
#include "options.h"

struct remote_options {
	struct executor executor, worker;
	bool has_executor, has_worker; /* not both */
	struct instances instances;
	const char *provision, *dispose;
	unsigned restarts; /* of a worker */
	bool restarts_said;
	int64_t silence_ns; /* after which a worker has failed; 0: never */
};

extern const struct poptOption remote_options_table[];

/* Sets the defaults. Release with remote_options_clear. */
void remote_options_begin(struct remote_options *remote);
void remote_options_clear(struct remote_options *remote);

/* Takes an option of that table. Returns 0, or what options_refuse_value returns. */
int remote_options_parse(struct remote_options *remote, struct options *options, int option);

/* Checks that the options fit together; call it after the last one. Returns 0, or what
 * options_refuse returns. */
int remote_options_check(const struct remote_options *remote, struct options *options);

#endif
