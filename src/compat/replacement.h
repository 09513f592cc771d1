/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Replacement texts of Python's re.sub ("\1 and \g<name>"), translated for PCRE2.
 */
#ifndef COMPAT_REPLACEMENT_H
#define COMPAT_REPLACEMENT_H

/* Returns TEXT translated, to be freed. If Python would refuse TEXT, returns NULL and
 * sets *REASON to a constant. Does not check that the groups exist. */
char *replacement_of_python(const char *text, const char **reason);

#endif
