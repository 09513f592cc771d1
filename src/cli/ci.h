/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * CI services: which one runs this program, and whether standard output is its log.
 */
#ifndef CI_H
#define CI_H

#include "github_token.h"

#include <stdbool.h>

enum ci_service {
	CI_NONE, /* not asked for */
	CI_GITHUB,
	CI_GITLAB,
	CI_PLAIN, /* any other, Jenkins included */
};

/* Returns the service that the environment names: GITHUB_ACTIONS or GITLAB_CI is "true"; else
 * CI_PLAIN. */
enum ci_service ci_detect(void);

/* Returns the name of the format for the log of SERVICE: "github", "gitlab" or "text". */
const char *ci_format(enum ci_service service);

/*
 * Returns true if CI is "true" and standard output goes to the log of the job, which people read.
 *
 * It does not if it was redirected without standard error. That is so if some parent process, up to
 * the one that started the job, has another standard output but the same standard error. Nor does
 * it go there within a test, where SUBUNIT2_TEST_ID is set, or below another subunit2, which reads
 * it. Without /proc it counts as redirected.
 */
bool ci_stdout_is_log(void);

/* Lines on standard output that hold ids of tests, which may look like commands of a service. */
struct ci_lines {
	bool guarded;
	char token[GITHUB_TOKEN_SIZE];
};

/* Begins such lines. If standard output is the log of GitHub Actions, makes its runner ignore
 * commands in them. Returns false, after a message, if that is not possible. */
bool ci_begin_lines(struct ci_lines *lines);
void ci_end_lines(const struct ci_lines *lines);

#endif
