/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * An attachment: a file, or a text, that a statement carries, given out piece by
 * piece in constant memory.
 *
 * A type that was not said is found out: text when all of it is UTF-8 without
 * NUL, else bytes. Of a pipe only the beginning is known when its first piece
 * goes out; what is no text behind text goes into the file NAME.bytes, since
 * readers in Python end at bad UTF-8.
 */
#ifndef ATTACHMENT_H
#define ATTACHMENT_H

#include <subunit2/error.h>
#include <subunit2/view.h>

enum attachment_type {
	ATTACHMENT_DETECT, /* mime_type is NULL until it is found out */
	ATTACHMENT_KNOWN,  /* mime_type is what it is; NULL: none is told */
	ATTACHMENT_SO_FAR, /* text, as far as it was read */
};

struct attachment {
	char *name;
	char *path; /* NULL: standard input, or a text */
	enum attachment_type type;
	char *mime_type;

	int fd;
	bool live;    /* not a regular file: bytes may be long in coming */
	bool ended;   /* all of it is in the buffer */
	bool emitted; /* the type was given out, under this name */
	char *buffer;
	size_t len;   /* bytes in the buffer, */
	size_t taken; /* of which so many were given out */
};

/* What is given out at once. The views live until the next call. */
struct attachment_piece {
	struct subunit2_view name, bytes;
	struct subunit2_view mime_type; /* absent but for the first piece under a name */
	bool last;
	bool idle; /* there is no more for now: attachment_wait */
};

/* A file that is to be opened. NAME is copied; PATH, which is copied too, is
 * "-" for standard input. */
void attachment_of_path(struct attachment *file, struct subunit2_view name, const char *path);

/* The file at PATH that is open as FD, which attachment_clear closes. */
void attachment_of_fd(struct attachment *file, struct subunit2_view name, const char *path, int fd);

/* TEXT, copied, as a file that is open. */
void attachment_of_text(struct attachment *file, const char *name, const char *text);

/* Opens a file, and sees whether it can be read. The path is the error's subject. */
enum subunit2_result attachment_open(struct attachment *file, struct subunit2_error *error);

/*
 * The next piece, which is empty when there is nothing yet. After an error of
 * reading the file has ended, and PIECE is what was read before.
 */
enum subunit2_result attachment_next(struct attachment *file, struct attachment_piece *piece,
                                     struct subunit2_error *error);

/* Waits until there is more, or the end. */
void attachment_wait(const struct attachment *file);

void attachment_clear(struct attachment *file);

#endif
