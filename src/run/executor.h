/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The executor: a command that runs scripts elsewhere (ssh, srun, docker exec),
 * as a template of the command that reaches it.
 *
 *     ssh {instance} {shell}
 *     srun -n1 -Q {argv}
 *
 * The template is split as a shell splits words, and no shell reads it. {argv}, a
 * word of its own, becomes the words of the remote command; {shell}, anywhere,
 * becomes the same as one text that a POSIX shell takes apart again. {id} {slot}
 * {instance} {attempt} become these values. Other braces stay.
 *
 * A script's name may hold any character, so a value is never read as more than a value:
 *
 *     in a word that holds {shell}    quoted for that shell; where the word quotes it
 *                                     itself, only letters, digits and ._/@:+- are accepted
 *     as a word of its own            as it is, unless it begins with "-"
 *     in any other word               only if it has these characters
 *
 * The remote command is a `subunit2 wrap`, so the answer is a stream, and it ends
 * its test when its standard input ends: cutting the connection ends the tree.
 */
#ifndef EXECUTOR_H
#define EXECUTOR_H

#include "string_list.h"
#include "test_job.h"

struct executor {
	struct string_list words;
	bool worker; /* of --worker: {instance} and {slots} are replaced, and nothing else */
};

struct executor_values {
	const char *id, *instance; /* instance NULL: {instance} is empty */
	unsigned slot, attempt;
	unsigned slots; /* of a worker */
};

/* Settings of a script here that it also gets on the other machine. */
struct executor_place {
	const char *cwd;
	const char *perl5lib; /* NULL: the value on the other machine */
};

/* Reads the TEMPLATE of --executor, or of --worker if WORKER is set. Returns NULL, or an error
 * message. Released with executor_clear. */
const char *executor_parse(struct executor *executor, const char *template, bool worker);
void executor_clear(struct executor *executor);

/* Adds to REMOTE the command that runs SCRIPT (an argv) on the other machine, under the rules of
 * JOB. */
void executor_remote(struct string_list *remote, const struct executor_values *values,
                     const struct job_options *job, const struct executor_place *place,
                     char *const *script);

/* Adds to ARGV the command of the executor. REMOTE is NULL for a worker. Returns NULL,
 * or why a value cannot stand in it; to be freed. */
char *executor_expand(const struct executor *executor, const struct executor_values *values,
                      const struct string_list *remote, struct string_list *argv);

#endif
