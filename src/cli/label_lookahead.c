/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "label_lookahead.h"

#include "autodetect.h"
#include "input_file.h"
#include "memory.h"
#include "route_label.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECES_MAX 4 /* of INPUT_FILE_PIECE_MAX bytes, of each file */

struct label_lookahead {
	struct subunit2_sink sink;
	struct route_labels labels;
	char buffer[INPUT_FILE_PIECE_MAX];
};

/* Stops the reading if the labels differ. */
static enum subunit2_result
label_lookahead_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                      struct subunit2_error *error)
{
	struct label_lookahead *ahead = (struct label_lookahead *)sink;
	(void)error;
	route_labels_add_event(&ahead->labels, event);
	return ahead->labels.differ ? SUBUNIT2_E_STOP : SUBUNIT2_E_OK;
}

static void
label_lookahead_read(struct label_lookahead *ahead, struct input_file *file)
{
	const struct autodetect_options options = {.name = input_file_name(file)};
	struct autodetect *autodetect = autodetect_new(&options, &ahead->sink);
	struct subunit2_error error;
	enum subunit2_result result = SUBUNIT2_E_OK;
	for (int i = 0; i < PIECES_MAX && result == SUBUNIT2_E_OK; i++) {
		struct subunit2_view piece;
		result = input_file_read(file, ahead->buffer, &piece, &error);
		if (result != SUBUNIT2_E_OK)
			break;
		if (!subunit2_view_present(piece)) {
			autodetect_finish(autodetect, &error);
			break;
		}
		result = autodetect_bytes(autodetect, piece, 0, &error);
	}
	autodetect_free(autodetect);
}

/* Returns whether PATH is a regular file: opening a FIFO, even to close it again, would disturb its
 * writer. */
static bool
label_lookahead_is_regular(const char *path)
{
	struct stat status;
	return (strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &status) : stat(path, &status)) == 0 &&
	       S_ISREG(status.st_mode);
}

static void
label_lookahead_path(struct label_lookahead *ahead, const char *path)
{
	if (!label_lookahead_is_regular(path))
		return;
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
	                  : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return;
	off_t start = lseek(fd, 0, SEEK_CUR);
	struct input_file *file = input_file_of(fd, path);
	label_lookahead_read(ahead, file);
	input_file_close(file);
	if (is_stdin && start >= 0)
		lseek(STDIN_FILENO, start, SEEK_SET);
}

bool
label_lookahead(const char *const *paths)
{
	struct label_lookahead *ahead = memory_zeroed(1, sizeof(*ahead));
	ahead->sink.event = label_lookahead_event;
	for (; *paths && !ahead->labels.differ; paths++)
		label_lookahead_path(ahead, *paths);
	bool differ = ahead->labels.differ;
	route_labels_clear(&ahead->labels);
	free(ahead);
	return differ;
}
