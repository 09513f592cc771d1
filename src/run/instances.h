/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Instances: the names of the places where an executor runs scripts. They are
 * listed, or provisioned by a command and disposed of by another, as
 * testrepository's instance_provision and instance_dispose are.
 */
#ifndef INSTANCES_H
#define INSTANCES_H

#include "string_list.h"

struct instances {
	struct string_list names; /* without "*SLOTS" */
	unsigned *slots;          /* of each; NULL: each has one */
	const char *dispose;      /* NULL: nothing is to be done at the end */
};

/* Reads LIST: "a,b*4,c", or the path of a file with a name on each line. "*N" after a name is the
 * number of its slots. Returns NULL, or why it gives no names; to be freed. */
char *instances_list(struct instances *instances, const char *list);

/* The slots of the instance INDEX, and of all. */
unsigned instances_slots(const struct instances *instances, size_t index);
unsigned instances_all_slots(const struct instances *instances);

/* Returns the first name that is there twice, or NULL. */
const char *instances_repeated(const struct instances *instances);

/* Frees the names. */
void instances_clear(struct instances *instances);

/*
 * Runs PROVISION in a shell, with $INSTANCE_COUNT replaced, and takes the names
 * that it prints, divided by blanks. Returns NULL, or an error message, to be
 * freed. DISPOSE, which may be NULL, outlives the instances. *SIGNO asked the program to end
 * meanwhile; 0: none did.
 */
char *instances_provision(struct instances *instances, const char *provision, const char *dispose,
                          unsigned count, int *signo);

/* Runs the command that disposes of them, with $INSTANCE_IDS replaced, and frees
 * them. Returns NULL, or an error message, to be freed. */
char *instances_end(struct instances *instances);

#endif
