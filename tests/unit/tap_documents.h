/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The fixtures of TAP as documents, one after the other, for programs that feed each of them. */
#ifndef TAP_DOCUMENTS_H
#define TAP_DOCUMENTS_H

#include "check.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>

static char document[2 << 20]; /* the one that is fed */
static size_t document_len;
static bool document_forced; /* it is read as TAP from its first line on */

static inline bool
document_read(const char *path)
{
	FILE *file = fopen(path, "re");
	if (!file)
		return false;
	document_len = fread(document, 1, sizeof(document), file);
	fclose(file);
	return document_len > 0 && document_len < sizeof(document);
}

/* Reads each fixture into DOCUMENT, and calls USE with its file name. */
static inline void
document_each(void (*use)(const char *name))
{
	glob_t found;
	if (!CHECK(glob("tests/fixtures/tap/*.tap", 0, NULL, &found) == 0))
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (CHECK(document_read(found.gl_pathv[i])))
			use(strrchr(found.gl_pathv[i], '/') + 1);
	globfree(&found);
}

#endif
