/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "text_file.h"

#include <string.h>
#include <subunit2/utf8.h>

/* Returns true if FILE is UTF-8; NUL_ONLY: if it has no NUL. */
static bool
text_file_has_only(const struct subunit2_attachment *file, bool nul_only)
{
	struct subunit2_view rest = file->bytes, piece;
	bool good = true;
	while (good && subunit2_attachment_next(file, &rest, &piece))
		good = nul_only ? !memchr(piece.data, '\0', piece.len)
		                : subunit2_utf8_is_string(piece);
	return good;
}

bool
text_file_is_text(const struct subunit2_attachment *file)
{
	static const struct subunit2_view out = {"stdout", 6}, err = {"stderr", 6};
	static const char text[] = "text/";
	if (subunit2_view_equal(file->name, out) || subunit2_view_equal(file->name, err))
		return true;
	if (file->mime_type.len >= strlen(text) &&
	    memcmp(file->mime_type.data, text, strlen(text)) == 0)
		return true;
	return text_file_has_only(file, subunit2_view_ends(file->name, SUBUNIT2_LITERAL(".bytes")));
}
