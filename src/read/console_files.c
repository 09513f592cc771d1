/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "console_files.h"

#include "memory.h"

#include <stdlib.h>
#include <unistd.h>

void
console_files_init(struct console *console)
{
	const struct console_options *options = &console->options;
	if (options->directory)
		automake_logs_init(&console->logs, options->directory, options->make_directory,
		                   options->begun);
}

void
console_files_clear(struct console *console)
{
	if (console->output)
		subunit2_text_free(console->output);
	free(console->output_id);
	automake_logs_clear(&console->logs);
	free(console->logged);
}

struct make_dirs *
console_dirs(struct console *console)
{
	return &console->dirs;
}

int
console_open_file(const struct console *console, const char *name)
{
	if (!console->options.directory)
		return -1;
	if (*name != '/')
		return automake_log_open_file(&console->logs, make_dirs_here(&console->dirs), name);
	const char *base = strrchr(name, '/') + 1;
	char *folder = memory_copy_len(name, (size_t)(base - name));
	int fd = automake_log_open_file(&console->logs, folder, base);
	free(folder);
	return fd;
}

enum subunit2_result
console_files_end_output(struct console *console, struct subunit2_error *error)
{
	if (!console->output)
		return SUBUNIT2_E_OK;
	enum subunit2_result result = subunit2_text_flush(console->output, error);
	subunit2_text_free(console->output);
	free(console->output_id);
	console->output = NULL;
	console->output_id = NULL;
	return result;
}

enum subunit2_result
console_files_add_output(struct console *console, const char *id, bool runnable,
                         struct subunit2_view bytes, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (console->output && strcmp(console->output_id, id) != 0)
		result = console_files_end_output(console, error);
	if (!console->output) {
		console->output = memory_have(subunit2_text_new(
			console->sink, SUBUNIT2_LITERAL("stdout"), subunit2_view_of(id),
			subunit2_view_of(console->route_code), runnable));
		console->output_id = memory_copy(id);
	}
	return result == SUBUNIT2_E_OK
	               ? subunit2_text_feed(console->output, bytes, console->now_ms, error)
	               : result;
}

enum subunit2_result
console_files_add_text(struct console *console, const char *id, bool runnable, const char *name,
                       struct subunit2_view bytes, struct subunit2_error *error)
{
	if (!bytes.len)
		return SUBUNIT2_E_OK;
	struct subunit2_text *text = memory_have(
		subunit2_text_new(console->sink, subunit2_view_of(name), subunit2_view_of(id),
	                          subunit2_view_of(console->route_code), runnable));
	enum subunit2_result result = subunit2_text_feed(text, bytes, console->now_ms, error);
	if (result == SUBUNIT2_E_OK)
		result = subunit2_text_flush(text, error);
	subunit2_text_free(text);
	return result;
}

enum subunit2_result
console_files_add_reason(struct console *console, struct subunit2_event event,
                         struct subunit2_view reason, struct subunit2_error *error)
{
	if (!reason.len)
		return SUBUNIT2_E_OK;
	event.status = SUBUNIT2_STATUS_NONE;
	event.file_name = SUBUNIT2_LITERAL("reason");
	event.mime_type =
		subunit2_utf8_is_string(reason) ? SUBUNIT2_TEXT_TYPE : SUBUNIT2_BYTES_TYPE;
	event.file_bytes = reason;
	event.eof = true;
	return subunit2_sink_event(console->sink, &event, error);
}

enum subunit2_result
console_files_add_log(struct console *console, struct subunit2_event event,
                      const struct console_test *test, struct subunit2_error *error)
{
	char *path = NULL;
	int fd = -1;
	for (size_t i = 0; i < 3 && fd < 0 && test->logs[i].data && console->options.directory; i++)
		fd = automake_log_open(&console->logs, make_dirs_here(&console->dirs),
		                       test->logs[i], &path);
	if (fd < 0)
		return SUBUNIT2_E_OK;
	if (console->logged && strcmp(path, console->logged) == 0) {
		close(fd);
		free(path);
		return SUBUNIT2_E_OK;
	}
	free(console->logged);
	console->logged = path;
	event.status = SUBUNIT2_STATUS_NONE;
	return automake_log_send(fd, path, &event, console->sink, error);
}
