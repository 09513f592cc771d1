/*
 * Words as a POSIX shell reads them.
 */
#ifndef QUOTE_H
#define QUOTE_H

/* ARGV, up to its NULL, as one line that a shell splits into the same words; to
 * be freed. Words that need no quotes have none. */
char *quote_words(const char *const *argv);

#endif
