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

struct source;

#define SOURCE_PIECE_MAX 65536 /* bytes, of what source_read gives at once */

/* PATH, or standard input for "-"; it outlives the source. NULL with ERROR
 * filled when it cannot be opened. A FIFO is open at once: it is not ready, and
 * not at its end, before its first writer has come. */
struct source *source_open(const char *path, struct subunit2_error *error);
/* Whether that would open it, without doing so: SUBUNIT2_OK, or its error. */
int source_look(const char *path, struct subunit2_error *error);
/* FD, which source_close closes. NAME outlives the source. */
struct source *source_of(int fd, const char *name);
void source_close(struct source *source);

/* "standard input", or the path. */
const char *source_name(const struct source *source);

/* To wait for with others, unless source_holds. */
int source_fd(const struct source *source);

/* True when bytes may still be long in coming; a regular file waits only when it is followed. */
bool source_can_wait(const struct source *source);

/* True when source_read has bytes to give that were read already. */
bool source_holds(const struct source *source);

/* The end of a regular file is not the end of the source: it may grow. Other
 * files are read as before. */
void source_follow(struct source *source);

/* What became of a file that is followed, and is not longer than what was read. */
enum source_change {
	SOURCE_SAME,
	SOURCE_TRUNCATED, /* it is shorter */
	SOURCE_REPLACED,  /* its name is another file's */
};
enum source_change source_change(const struct source *source);

/* Waits for bytes, or for the end, at most TIMEOUT_MS (negative: for ever). True
 * when source_read would not wait. What is followed is only looked at. */
bool source_wait(const struct source *source, int timeout_ms);

/*
 * Reads some bytes: *PIECE lives as long as BUFFER, which serves any number of
 * sources in turn. It is empty when there is nothing yet, and absent at the end.
 * A result other than SUBUNIT2_OK is an error of reading or of the compressed
 * data; what came before was delivered.
 */
int source_read(struct source *source, char buffer[SOURCE_PIECE_MAX], struct subunit2_view *piece,
                struct subunit2_error *error);

#endif
