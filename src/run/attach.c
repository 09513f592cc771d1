/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "attach.h"

#include "attach_list.h"
#include "attach_screen.h"
#include "memory.h"
#include "memory_file.h"
#include "printable.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE 4096 /* bytes of input read at once */

enum attach_state {
	ATTACH_IDLE, /* the live view shows the progress */
	ATTACH_LISTING,
	ATTACH_ATTACHED,
};

struct attach {
	struct attach_options options;
	struct supervisor *supervisor; /* NULL: keys are not read */
	struct attach_screen screen;   /* its tty is NULL if standard input is no terminal */
	struct event_loop_watch typed;
	enum attach_state state;
	struct attach_test *tests;    /* that run */
	struct attach_test *attached; /* NULL unless ATTACH_ATTACHED */
	struct attach_list list;
	bool raw; /* the attached test gets each key */
};

struct attach *
attach_new(const struct attach_options *options)
{
	struct user_tty *tty = user_tty_new();
	if (!tty && options->live)
		return NULL;
	struct attach *attach = memory_zeroed(1, sizeof(*attach));
	attach->options = *options;
	attach->screen.tty = tty;
	attach->list.tests = &attach->tests;
	return attach;
}

void
attach_free(struct attach *attach)
{
	if (!attach)
		return;
	while (attach->tests)
		attach_test_remove(&attach->tests, attach->tests);
	user_tty_free(attach->screen.tty);
	free(attach);
}

static void
attach_resize(void *context)
{
	const struct attach *attach = context;
	attach_screen_resize(&attach->screen, attach->raw ? attach->attached : NULL);
}

/* States */

static enum user_tty_mode
attach_mode(const struct attach *attach)
{
	if (attach->state != ATTACH_ATTACHED || !attach->supervisor)
		return attach->options.live && attach->supervisor ? USER_TTY_KEYS : USER_TTY_BEFORE;
	if (!attach->options.types)
		return USER_TTY_KEYS;
	return attach->raw ? USER_TTY_RAW : USER_TTY_LINES;
}

static void
attach_set_state(struct attach *attach, enum attach_state state)
{
	attach->state = state;
	if (attach->screen.tty) {
		user_tty_set_output(attach->screen.tty, true);
		user_tty_set_mode(attach->screen.tty, attach_mode(attach));
	}
}

static void
attach_detach(struct attach *attach, const char *before, const char *after)
{
	struct attach_test *test = attach->attached;
	attach->attached = NULL;
	attach_set_state(attach, ATTACH_IDLE);
	if (!attach->options.live)
		return;
	attach_screen_banner(&attach->screen, before, test, after);
	live_view_resume(attach->options.live);
}

static void
attach_to(struct attach *attach, struct attach_test *test)
{
	attach->attached = test;
	attach->raw = attach->screen.tty && attach->options.types && attach_test_has_terminal(test);
	attach->screen.mid_line = false;
	attach_set_state(attach, ATTACH_ATTACHED); /* before the banner, which invites input */
	if (attach->options.live) {
		live_view_pause(attach->options.live);
		attach_screen_banner(&attach->screen, "", test,
		                     attach->options.types
		                             ? ": ^] detaches"
		                             : ": ^] detaches; it has no input without --attach");
	}
	attach_resize(attach);
	attach_screen_write(&attach->screen, attach_test_tail(test));
}

static void
attach_open_list(struct attach *attach)
{
	attach->list.selected = NULL;
	attach_set_state(attach, ATTACH_LISTING);
	live_view_set_panel(attach->options.live, attach_list_put, &attach->list);
}

static void
attach_close_list(struct attach *attach)
{
	attach_set_state(attach, ATTACH_IDLE);
	live_view_set_panel(attach->options.live, NULL, NULL);
}

/* Keys */

/* Each of these removes from BYTES what it has handled. */

static void
attach_type_in_list(struct attach *attach, struct subunit2_view *bytes)
{
	enum attach_list_result result = attach_list_type(&attach->list, bytes);
	struct attach_test *test = attach->list.selected;
	if (result == ATTACH_LIST_OPEN) {
		live_view_set_panel(attach->options.live, attach_list_put, &attach->list);
		return;
	}
	attach_close_list(attach);
	if (result == ATTACH_LIST_SELECTED)
		attach_to(attach, test);
}

static void
attach_type_in_view(struct attach *attach, struct subunit2_view *bytes)
{
	bool opens = attach->options.live && bytes->data[0] == 'a';
	bytes->data++;
	bytes->len--;
	if (opens)
		attach_open_list(attach);
}

static void
attach_type_to_test(struct attach *attach, struct subunit2_view *bytes)
{
	const struct attach_test_options *test = &attach->attached->options;
	struct subunit2_view input = *bytes;
	const char *escape =
		attach->options.live ? memchr(input.data, USER_TTY_DETACH, input.len) : NULL;
	if (escape)
		input.len = (size_t)(escape - input.data);
	bytes->data += input.len + (escape != NULL);
	bytes->len -= input.len + (escape != NULL);
	if (input.len && attach->options.types) {
		test->type(test->context, input, false);
		attach->screen.mid_line = input.data[input.len - 1] != '\n';
	}
	if (escape) {
		attach->screen.mid_line = true; /* the terminal may show the key */
		attach_detach(attach, "detached from ", "");
	}
}

static void
attach_type(struct attach *attach, struct subunit2_view bytes)
{
	while (bytes.len)
		switch (attach->state) {
		case ATTACH_IDLE:
			attach_type_in_view(attach, &bytes);
			break;
		case ATTACH_LISTING:
			attach_type_in_list(attach, &bytes);
			break;
		case ATTACH_ATTACHED:
			attach_type_to_test(attach, &bytes);
			break;
		}
}

/* Handles a read without bytes: ^D if the terminal is in line mode; else the end of the terminal or
 * the file. */
static void
attach_on_end(struct attach *attach)
{
	struct termios modes;
	const struct attach_test *test = attach->attached;
	bool goes_on = attach->screen.tty && attach->state == ATTACH_ATTACHED &&
	               attach_mode(attach) == USER_TTY_LINES &&
	               tcgetattr(user_tty_fd(attach->screen.tty), &modes) == 0;
	if (!goes_on)
		event_loop_unwatch(attach->supervisor->loop, &attach->typed);
	if (test && attach->options.types)
		test->options.type(test->options.context, (struct subunit2_view){"", 0}, true);
}

static void
attach_on_readable(void *context)
{
	struct attach *attach = context;
	char piece[PIECE];
	if (attach->screen.tty && !user_tty_is_ours(attach->screen.tty)) {
		event_loop_unwatch(attach->supervisor->loop, &attach->typed);
		return;
	}
	attach_resize(attach); /* before text that was typed after a change of the size */
	ssize_t got = read(attach->screen.tty ? user_tty_fd(attach->screen.tty) : STDIN_FILENO,
	                   piece, sizeof(piece));
	if (got > 0)
		attach_type(attach, (struct subunit2_view){piece, (size_t)got});
	else if (got == 0 || (errno != EINTR && errno != EAGAIN))
		attach_on_end(attach);
}

static void
attach_watch(struct attach *attach)
{
	int fd = attach->screen.tty ? user_tty_fd(attach->screen.tty) : STDIN_FILENO;
	if (!attach->typed.watched)
		event_loop_watch(attach->supervisor->loop, &attach->typed, fd, attach_on_readable,
		                 attach);
}

void
attach_tick(struct attach *attach)
{
	if (!attach || !attach->supervisor || !attach->screen.tty)
		return;
	user_tty_update(attach->screen.tty);
	if (user_tty_is_ours(attach->screen.tty))
		attach_watch(attach);
}

static void
attach_suspend(void *context)
{
	const struct attach *attach = context;
	user_tty_suspend(attach->screen.tty);
}

static void
attach_resume(void *context)
{
	attach_tick(context);
	attach_resize(context);
}

/* The interface */

void
attach_begin(struct attach *attach, struct supervisor *supervisor)
{
	if (!attach)
		return;
	const struct supervisor_terminal terminal = {attach_resize, attach_suspend, attach_resume,
	                                             attach};
	attach->supervisor = supervisor;
	if (!attach->screen.tty)
		return;
	supervisor_set_terminal(supervisor, &terminal);
	attach_set_state(attach, ATTACH_IDLE);
	attach_tick(attach);
}

void
attach_end(struct attach *attach)
{
	if (!attach || !attach->supervisor)
		return;
	if (attach->state == ATTACH_LISTING)
		attach_close_list(attach);
	event_loop_unwatch(attach->supervisor->loop, &attach->typed);
	supervisor_set_terminal(attach->supervisor, NULL);
	attach->supervisor = NULL;
	attach_set_state(attach, attach->state);
}

struct attach_test *
attach_start_test(struct attach *attach, const struct attach_test_options *options)
{
	if (!attach)
		return NULL;
	struct attach_test *test = attach_test_add(&attach->tests, attach, options,
	                                           event_loop_now_ns(attach->supervisor->loop));
	if (!attach->options.live && !attach->attached) {
		attach_to(attach, test);
		attach_watch(attach);
	}
	return test;
}

void
attach_end_test(struct attach_test *test)
{
	if (!test)
		return;
	struct attach *attach = test->attach;
	if (attach->attached == test)
		attach_detach(attach, "", " has ended");
	attach_list_forget(&attach->list, test);
	attach_test_remove(&attach->tests, test);
}

void
attach_output(struct attach_test *test, struct subunit2_view bytes)
{
	if (!test)
		return;
	struct attach *attach = test->attach;
	attach_test_keep(test, bytes);
	if (attach->attached != test)
		return;
	attach_screen_follow(&attach->screen, attach->raw ? test : NULL);
	attach_screen_write(&attach->screen, bytes);
}

static bool
attach_is_output(struct subunit2_view name)
{
	static const char *const names[] = {"stdout", "stdout.bytes", "stderr", "stderr.bytes"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (subunit2_view_equal(name, subunit2_view_of(names[i])))
			return true;
	return false;
}

void
attach_event(struct attach_test *test, const struct subunit2_event *event)
{
	if (!test)
		return;
	if (attach_is_output(event->file_name))
		attach_output(test, event->file_bytes);
	if (!subunit2_status_is_final(event->status) ||
	    subunit2_view_equal(event->test_id, subunit2_view_of(test->options.id)))
		return;
	char *text = NULL;
	size_t len;
	FILE *file = memory_file(&text, &len);
	fprintf(file, "%s  ", subunit2_status_name(event->status));
	printable_put(file, event->test_id);
	putc('\n', file);
	fclose(file);
	attach_output(test, (struct subunit2_view){text, len});
	free(text);
}
