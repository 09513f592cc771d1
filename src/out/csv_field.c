#include "csv_field.h"

#include "put.h"
#include "visible.h"

/* TEXT between quotes, which are doubled within it. */
static void
put_quoted(FILE *file, struct subunit2_view text)
{
	put_char(file, '"');
	while (text.len > 0) {
		size_t plain = 0;
		while (plain < text.len && !strchr("\"\r\n", text.data[plain]))
			plain++;
		visible_put(file, (struct subunit2_view){text.data, plain});
		if (plain < text.len) {
			if (text.data[plain] == '"')
				put_char(file, '"');
			put_char(file, text.data[plain++]);
		}
		text.data += plain;
		text.len -= plain;
	}
	put_char(file, '"');
}

void
csv_put_field(FILE *file, struct subunit2_view text)
{
	bool quoted = text.len == 0;
	for (size_t i = 0; i < text.len && !quoted; i++)
		quoted = strchr("\",\r\n", text.data[i]);
	if (quoted)
		put_quoted(file, text);
	else
		visible_put(file, text);
}
