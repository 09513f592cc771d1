/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "test_name.h"

#include "memory.h"
#include "printable.h"
#include "route_label.h"
#include "test_text.h"

#include <stdlib.h>

struct test_name
test_name_of(const struct subunit2_test *test)
{
	struct test_name name = {.id = memory_copy_len(test->id.data, test->id.len)};
	struct buffer label = {0};
	route_label(&label, test->route_code);
	if (label.len > 0)
		name.label = memory_copy_len(label.data, label.len);
	buffer_clear(&label);
	return name;
}

void
test_name_clear(struct test_name *name)
{
	free(name->id);
	free(name->label);
	*name = (struct test_name){.id = NULL};
}

void
test_name_put(FILE *file, const struct test_name *name, bool show_label)
{
	if (show_label && name->label)
		test_text_put_label(file, subunit2_view_of(name->label));
	printable_put(file, subunit2_view_of(name->id));
}
