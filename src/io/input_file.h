/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A source: the bytes of a file, a pipe or standard input, decompressed when
 * they begin as gzip does.
 */
#ifndef INPUT_FILE_H
#define INPUT_FILE_H

#include <stdint.h>
#include <subunit2/error.h>
#include <subunit2/view.h>

struct input_file;

#define INPUT_FILE_PIECE_MAX 65536 /* bytes, of what input_file_read gives at once */

/* PATH, or standard input for "-"; it outlives the source. NULL with ERROR
 * filled when it cannot be opened. A FIFO is open at once: it is not ready, and
 * not at its end, before its first writer has come. */
struct input_file *input_file_open(const char *path, struct subunit2_error *error);
/* Whether that would open it, without doing so: SUBUNIT2_E_OK, or its error. */
enum subunit2_result input_file_look(const char *path, struct subunit2_error *error);
/* FD, which input_file_close closes. NAME outlives the source. */
struct input_file *input_file_of(int fd, const char *name);
void input_file_close(struct input_file *input_file);

/* "standard input", or the path. */
const char *input_file_name(const struct input_file *input_file);

/* To wait for with others, unless input_file_holds. */
int input_file_fd(const struct input_file *input_file);

/* True when bytes may still be long in coming; a regular file waits only when it is followed. */
bool input_file_can_wait(const struct input_file *input_file);

/* True when input_file_read has bytes to give that were read already. */
bool input_file_holds(const struct input_file *input_file);

/* The end of a regular file is not the end of the source: it may grow. Other
 * files are read as before. */
void input_file_follow(struct input_file *input_file);

/* What became of a file that is followed, and is not longer than what was read. */
enum input_file_change {
	INPUT_FILE_SAME,
	INPUT_FILE_TRUNCATED, /* it is shorter */
	INPUT_FILE_REPLACED,  /* its name is another file's */
};
enum input_file_change input_file_change(const struct input_file *input_file);

/* Waits for bytes, or for the end, at most TIMEOUT_MS (negative: for ever). True
 * when input_file_read would not wait. What is followed is only looked at. */
bool input_file_wait(const struct input_file *input_file, int timeout_ms);

/*
 * Reads some bytes: *PIECE lives as long as BUFFER, which serves any number of
 * sources in turn. It is empty when there is nothing yet, and absent at the end.
 * A result other than SUBUNIT2_E_OK is an error of reading or of the compressed
 * data; what came before was delivered.
 */
enum subunit2_result input_file_read(struct input_file *input_file,
                                     char buffer[INPUT_FILE_PIECE_MAX], struct subunit2_view *piece,
                                     struct subunit2_error *error);

#endif
