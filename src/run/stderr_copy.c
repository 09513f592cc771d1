/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "stderr_copy.h"

#include "message.h"

#define LINE_MAX_SIZE 4096 /* bytes; a longer line is split */

void
stderr_copy_begin(struct stderr_copy *copy, const char *name)
{
	stderr_copy_clear(copy);
	copy->name = name;
	copy->lines.max = LINE_MAX_SIZE;
}

void
stderr_copy_clear(struct stderr_copy *copy)
{
	lines_clear(&copy->lines);
	buffer_clear(&copy->last);
	*copy = (struct stderr_copy){0};
}

static void
stderr_copy_put(struct stderr_copy *copy, struct subunit2_view line)
{
	while (line.len && (line.data[line.len - 1] == '\n' || line.data[line.len - 1] == '\r'))
		line.len--;
	if (!line.len)
		return;
	message("%s: %.*s", copy->name, (int)line.len, line.data);
	copy->last.len = 0;
	buffer_add(&copy->last, line);
}

void
stderr_copy_add(struct stderr_copy *copy, struct subunit2_view bytes)
{
	struct subunit2_view line;
	while (lines_take(&copy->lines, &bytes, &line))
		stderr_copy_put(copy, line);
}

void
stderr_copy_end(struct stderr_copy *copy)
{
	struct subunit2_view line;
	if (lines_take_held(&copy->lines, &line))
		stderr_copy_put(copy, line);
}
