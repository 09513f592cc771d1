/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "github_token.h"

#include <stdio.h>
#include <sys/random.h>

bool
github_token_make(char token[GITHUB_TOKEN_SIZE])
{
	unsigned char bytes[(GITHUB_TOKEN_SIZE - 1) / 2];
	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return false;
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(token + 2 * i, 3, "%02x", bytes[i]);
	return true;
}
