/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "base64.h"

#include "check.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

static char *
encoded(struct subunit2_view bytes)
{
	char *text;
	size_t len;
	FILE *file = memory_have(open_memstream(&text, &len));
	base64_put(file, bytes);
	fclose(file);
	return text;
}

static bool
encodes(const char *bytes, const char *text)
{
	char *got = encoded(subunit2_view_of(bytes));
	bool same = strcmp(got, text) == 0;
	free(got);
	return same;
}

static bool
refuses(const char *text)
{
	char buffer[64];
	size_t len;
	return !base64_decode(subunit2_view_of(text), buffer, &len);
}

/* Bytes of every value, in every length up to 300 and one larger than a piece. */
static bool
comes_back(size_t len)
{
	char *bytes = memory_resize(NULL, len, 1);
	for (size_t i = 0; i < len; i++)
		bytes[i] = (char)(i * 7 + len);
	char *text = encoded((struct subunit2_view){bytes, len});
	char *back = memory_resize(NULL, BASE64_DECODED_MAX(strlen(text)), 1);
	size_t back_len;
	bool same = base64_decode(subunit2_view_of(text), back, &back_len) && back_len == len &&
	            memcmp(back, bytes, len) == 0;
	free(back);
	free(text);
	free(bytes);
	return same;
}

int
main(void)
{
	/* RFC 4648, section 10. */
	CHECK(encodes("", ""));
	CHECK(encodes("f", "Zg=="));
	CHECK(encodes("fo", "Zm8="));
	CHECK(encodes("foo", "Zm9v"));
	CHECK(encodes("foob", "Zm9vYg=="));
	CHECK(encodes("fooba", "Zm9vYmE="));
	CHECK(encodes("foobar", "Zm9vYmFy"));

	bool all = true;
	for (size_t len = 0; len <= 300; len++)
		all = all && comes_back(len);
	CHECK_NAMED("all lengths come back", all);
	CHECK(comes_back(10000));

	CHECK(refuses("Zg"));
	CHECK(refuses("Zg="));
	CHECK(refuses("Z==="));
	CHECK(refuses("Zh==")); /* bits that no encoder sets */
	CHECK(refuses("Zg==Zg=="));
	CHECK(refuses("Zm9 "));
	CHECK(refuses("Zm9v\n"));
	return check_done();
}
