/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "attach_list.h"

#include "clock.h"
#include "memory.h"
#include "progress.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#define ESCAPE '\033'

static struct attach_test *
attach_list_selected(const struct attach_list *list)
{
	return list->selected ? list->selected : *list->tests;
}

static void
attach_list_move(struct attach_list *list, bool down)
{
	struct attach_test *test = attach_list_selected(list);
	/* The first one's prev is the last one: see utlist.h. */
	if (test && down && test->next)
		list->selected = test->next;
	else if (test && !down && test != *list->tests)
		list->selected = test->prev;
}

/* Handles KEY, which is a character or, for an arrow, its last one. */
static enum attach_list_result
attach_list_type_key(struct attach_list *list, char key, bool arrow)
{
	if (arrow) {
		if (key == 'A' || key == 'B')
			attach_list_move(list, key == 'B');
		return ATTACH_LIST_OPEN;
	}
	switch (key) {
	case 'j':
	case 'k':
		attach_list_move(list, key == 'j');
		return ATTACH_LIST_OPEN;
	case '\r':
	case '\n':
		list->selected = attach_list_selected(list);
		return list->selected ? ATTACH_LIST_SELECTED : ATTACH_LIST_CLOSED;
	case 'a':
	case 'q':
	case ESCAPE:
		return ATTACH_LIST_CLOSED;
	default:
		if (key < '1' || key >= (char)('1' + list->shown_count) || !list->shown[key - '1'])
			return ATTACH_LIST_OPEN;
		list->selected = list->shown[key - '1'];
		return ATTACH_LIST_SELECTED;
	}
}

enum attach_list_result
attach_list_type(struct attach_list *list, struct subunit2_view *bytes)
{
	enum attach_list_result result = ATTACH_LIST_OPEN;
	while (bytes->len && result == ATTACH_LIST_OPEN) {
		bool arrow =
			bytes->data[0] == ESCAPE && bytes->len > 2 && strchr("[O", bytes->data[1]);
		size_t len = arrow ? 3 : 1;
		result = attach_list_type_key(list, bytes->data[len - 1], arrow);
		bytes->data += len;
		bytes->len -= len;
	}
	return result;
}

void
attach_list_forget(struct attach_list *list, const struct attach_test *test)
{
	if (list->selected == test)
		list->selected = NULL;
	for (unsigned i = 0; i < list->shown_count; i++)
		if (list->shown[i] == test)
			list->shown[i] = NULL;
}

/* Returns the test from which ROWS tests are shown, so that the selected one is among them. */
static struct attach_test *
attach_list_top(const struct attach_list *list, unsigned rows)
{
	struct attach_test *top = attach_list_selected(list);
	for (unsigned above = 1; above < rows && top && top != *list->tests; above++)
		top = top->prev;
	return top;
}

unsigned
attach_list_put(void *context, FILE *file, unsigned columns, unsigned lines, int64_t now_ms,
                unsigned *widths)
{
	struct attach_list *list = context;
	unsigned put = 0;
	size_t most = sizeof(list->shown) / sizeof(*list->shown);
	list->shown_count = 0;
	if (lines > 1)
		widths[put++] = progress_put_text(
			file,
			subunit2_view_of(*list->tests ? "attach to: (up, down, Enter; Esc)"
		                                      : "no test runs (Esc)"),
			columns);
	for (struct attach_test *test = attach_list_top(list, lines - put);
	     test && put < lines && list->shown_count < most; test = test->next, put++) {
		char mark[] = "  0 ";
		mark[0] = test == attach_list_selected(list) ? '>' : ' ';
		mark[2] = (char)('1' + list->shown_count);
		list->shown[list->shown_count++] = test;
		struct progress_test line = {
			.mark = mark,
			.id = subunit2_view_of(test->options.id),
			.where = buffer_view(&test->label),
			.ran_ms = now_ms - test->start_ns / CLOCK_MS,
		};
		widths[put] = progress_put_test(&line, file, columns);
	}
	return put;
}
