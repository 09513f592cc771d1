/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * An input: the bytes of a file, a pipe or standard input. Input that begins as gzip does is
 * decompressed.
 */
#ifndef INPUT_FILE_H
#define INPUT_FILE_H

#include <stdint.h>
#include <subunit2/error.h>
#include <subunit2/view.h>

struct input_file;

#define INPUT_FILE_PIECE_MAX 65536 /* bytes that input_file_read returns at once */

/* Opens PATH, or standard input for "-". PATH must outlive the input. Returns NULL with ERROR on
 * failure. Does not wait for the writer of a FIFO: until the first one comes, the FIFO is neither
 * ready nor at its end. */
struct input_file *input_file_open(const char *path, struct subunit2_error *error);

/* Returns SUBUNIT2_E_OK if input_file_open could open PATH, else its error. */
enum subunit2_result input_file_look(const char *path, struct subunit2_error *error);

/* Makes FD an input, which input_file_close closes. NAME must outlive it. */
struct input_file *input_file_of(int fd, const char *name);
void input_file_close(struct input_file *input_file);

/* Returns the path, or "standard input". */
const char *input_file_name(const struct input_file *input_file);

/* Returns the descriptor to poll, which is needed only if input_file_holds returns false. */
int input_file_fd(const struct input_file *input_file);

/* Returns true if reading may have to wait: not for a regular file, unless it is followed. */
bool input_file_can_wait(const struct input_file *input_file);

/* Returns true if the input has read bytes that input_file_read has not returned yet. */
bool input_file_holds(const struct input_file *input_file);

/* Follows a regular file: its end is not the end of the input, because the file may grow. Does
 * nothing for other files. */
void input_file_follow(struct input_file *input_file);

/* A change of a followed file that is not longer than the bytes already read. */
enum input_file_change {
	INPUT_FILE_SAME,
	INPUT_FILE_TRUNCATED, /* it is shorter */
	INPUT_FILE_REPLACED,  /* another file has its name */
};
enum input_file_change input_file_change(const struct input_file *input_file);

/* Waits at most TIMEOUT_MS for bytes or for the end; a negative timeout is infinite. Returns true
 * if input_file_read would not block. Does not wait for a followed file. */
bool input_file_wait(const struct input_file *input_file, int timeout_ms);

/*
 * Reads some bytes into BUFFER, which several inputs may share, and sets *PIECE to them. *PIECE is
 * empty if no bytes are available yet, and absent at the end. A read error or damaged compressed
 * data is returned after all bytes before it.
 */
enum subunit2_result input_file_read(struct input_file *input_file,
                                     char buffer[INPUT_FILE_PIECE_MAX], struct subunit2_view *piece,
                                     struct subunit2_error *error);

#endif
