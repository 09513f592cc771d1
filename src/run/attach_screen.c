/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "attach_screen.h"

#include "memory_file.h"
#include "printable.h"
#include "write_all.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

void
attach_screen_write(struct attach_screen *screen, struct subunit2_view bytes)
{
	if (!bytes.len)
		return;
	write_all(screen->tty ? user_tty_fd(screen->tty) : STDERR_FILENO, bytes);
	screen->mid_line = bytes.data[bytes.len - 1] != '\n';
}

void
attach_screen_banner(struct attach_screen *screen, const char *before,
                     const struct attach_test *test, const char *after)
{
	char *text = NULL;
	size_t len;
	FILE *file = memory_file(&text, &len);
	fprintf(file, "%s--- %s", screen->mid_line ? "\n" : "", before);
	printable_put(file, subunit2_view_of(test->options.id));
	if (test->label.len) {
		fputs(" on ", file);
		printable_put(file, buffer_view(&test->label));
	}
	fprintf(file, "%s ---\n", after);
	fclose(file);
	attach_screen_write(screen, (struct subunit2_view){text, len});
	free(text);
}

/* Returns the upper end of the terminal of TEST, or -1. */
static int
attach_screen_terminal(const struct attach_test *test)
{
	return test ? stdin_buffer_terminal(test->options.terminal) : -1;
}

void
attach_screen_follow(const struct attach_screen *screen, const struct attach_test *test)
{
	struct termios modes;
	int fd = attach_screen_terminal(test);
	if (fd >= 0 && tcgetattr(fd, &modes) == 0)
		user_tty_set_output(screen->tty, modes.c_oflag & OPOST);
}

void
attach_screen_resize(const struct attach_screen *screen, const struct attach_test *test)
{
	struct winsize size;
	int fd = attach_screen_terminal(test);
	if (fd >= 0 && ioctl(user_tty_fd(screen->tty), TIOCGWINSZ, &size) == 0)
		ioctl(fd, TIOCSWINSZ, &size);
}
