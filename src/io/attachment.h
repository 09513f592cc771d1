/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * An attachment: a file or a text that a status event carries, read piece by piece in constant
 * memory.
 *
 * If no type is given, the content decides: UTF-8 without NUL is text, everything else bytes. Of a
 * pipe only the beginning is known when its first piece is sent. If bytes that are not text follow
 * text, they go into the file NAME.bytes, because readers in Python end at invalid UTF-8.
 */
#ifndef ATTACHMENT_H
#define ATTACHMENT_H

#include <subunit2/error.h>
#include <subunit2/view.h>

enum attachment_type {
	ATTACHMENT_DETECT, /* mime_type is NULL until the content has decided */
	ATTACHMENT_KNOWN,  /* mime_type is final; NULL: send none */
	ATTACHMENT_SO_FAR, /* only text up to now */
};

struct attachment {
	char *name;
	char *path; /* NULL: standard input, or a text */
	enum attachment_type type;
	char *mime_type;

	int fd;
	bool live;    /* not a regular file: reading may block */
	bool ended;   /* the rest is in the buffer */
	bool emitted; /* the type was sent, with this name */
	char *buffer;
	size_t len;   /* bytes in the buffer */
	size_t taken; /* bytes of these that the last piece had */
};

/* A piece of an attachment. Its views are valid until the next call. */
struct attachment_piece {
	struct subunit2_view name, bytes;
	struct subunit2_view mime_type; /* only in the first piece with a name */
	bool last;
	bool idle; /* no more bytes now: call attachment_wait */
};

/* A file that attachment_open opens. PATH is "-" for standard input. NAME and PATH are copied. */
void attachment_of_path(struct attachment *file, struct subunit2_view name, const char *path);

/* The file at PATH, which is open as FD; attachment_clear closes it. */
void attachment_of_fd(struct attachment *file, struct subunit2_view name, const char *path, int fd);

/* TEXT, which is copied, as an open file. */
void attachment_of_text(struct attachment *file, const char *name, const char *text);

/* Opens the file. On failure, the path is the subject of the error. */
enum subunit2_result attachment_open(struct attachment *file, struct subunit2_error *error);

/*
 * Fills PIECE with the next piece, which may be empty. After a read error, PIECE has the bytes that
 * were read before, and the attachment is at its end.
 */
enum subunit2_result attachment_next(struct attachment *file, struct attachment_piece *piece,
                                     struct subunit2_error *error);

/* Waits until more bytes can be read, or the end. */
void attachment_wait(const struct attachment *file);

void attachment_clear(struct attachment *file);

#endif
