#include "run/quote.h"

#include "memory.h"

#include <stdbool.h>
#include <string.h>

/* Letters and digits of other alphabets are no more special than these. */
static bool
is_plain(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789%+,-./:=@_^";
	if (!*word)
		return false;
	for (; *word; word++)
		if ((unsigned char)*word < 0x80 && !strchr(plain, *word))
			return false;
	return true;
}

static char *
put_quoted(char *end, const char *word)
{
	*end++ = '\'';
	for (; *word; word++)
		end = *word == '\'' ? stpcpy(end, "'\\''") : (*end = *word, end + 1);
	*end++ = '\'';
	return end;
}

char *
quote_words(const char *const *argv)
{
	size_t size = 1;
	for (const char *const *word = argv; *word; word++)
		size += 4 * strlen(*word) + 3;
	char *line = memory_zeroed(size, 1), *end = line;
	for (const char *const *word = argv; *word; word++) {
		if (word != argv)
			*end++ = ' ';
		end = is_plain(*word) ? stpcpy(end, *word) : put_quoted(end, *word);
	}
	return line;
}
