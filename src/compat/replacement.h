/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A replacement as Python's re.sub has it, "\1 and \g<name>", as PCRE2 takes it.
 */
#ifndef COMPAT_REPLACEMENT_H
#define COMPAT_REPLACEMENT_H

/* To be freed. NULL, with *REASON a constant, where Python refuses TEXT; whether
 * the groups exist is not looked at. */
char *replacement_of_python(const char *text, const char **reason);

#endif
