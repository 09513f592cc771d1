/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The token of "::stop-commands::TOKEN": the runner of GitHub Actions ignores commands in the lines
 * between it and "::TOKEN::", so that text of tests can hold none. No test can guess it.
 */
#ifndef GITHUB_TOKEN_H
#define GITHUB_TOKEN_H

#include <stdbool.h>

#define GITHUB_TOKEN_SIZE 33

/* Makes a random token. Returns false, with errno set, if the system gives no random bytes. */
bool github_token_make(char token[GITHUB_TOKEN_SIZE]);

#endif
