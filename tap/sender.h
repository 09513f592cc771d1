/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Sends what is known of a test as events.
 */
#ifndef TAP_SENDER_H
#define TAP_SENDER_H

#include "buffer.h"

#include <subunit2/sink.h>

#define TAP_PIECE_MAX 65536 /* bytes of a file in one event */

/* How a test ended. */
struct tap_ending {
	enum subunit2_status status;
	bool todo_passed;
	struct subunit2_time start, end;
};

struct tap_sender {
	struct subunit2_sink *sink;
	char *id;                    /* SCRIPT::, and room for the longest path after it */
	size_t id_len;               /* of the former */
	struct subunit2_event event; /* a status of the test in hand; without a time if none has */
	const struct tap_ending *ending;                     /* of that test */
	struct subunit2_time now;                            /* of the bytes in hand */
	struct subunit2_error *error;                        /* of the call in hand; may be NULL */
	struct subunit2_tagset tags, todo_tags;              /* of final statuses */
	uint64_t passed, failed, skipped, todo, todo_passed; /* tests that ended so */
};

/* A file that is sent in pieces. Bytes that are not UTF-8 go under another name. */
struct tap_attachment {
	const char *name, *bytes_name;
	struct tap_buffer piece; /* not sent yet; TAP_PIECE_MAX at most */
	bool sent, bytes_sent;   /* a piece, under the one name or the other */
};

/* Paths stand below the id SCRIPT, and have ROOM bytes at most. False when memory
 * is short. */
bool tap_sender_init(struct tap_sender *sender, struct tap_bytes script, size_t room);
void tap_sender_free(struct tap_sender *sender);

/* The events that follow are those of the test PATH, which ended as ENDING says. ENDING lives as
 * long as they are sent. */
void tap_sender_select(struct tap_sender *sender, struct tap_bytes path,
                       const struct tap_ending *ending);

/* All return what the sink returned. Files have the time of the test's end, however
 * late they come: its status is after them. */
enum subunit2_result tap_send_start(struct tap_sender *sender);
enum subunit2_result tap_send_end(struct tap_sender *sender);

/* BYTES as the whole file NAME, or else BYTES_NAME; does nothing if BYTES is empty. */
int tap_send_file(struct tap_sender *sender, const char *name, const char *bytes_name,
                  struct tap_bytes bytes);

/* The piece; but for the LAST one without a character that is not complete. */
enum subunit2_result tap_send_attachment(struct tap_sender *sender, struct tap_attachment *file,
                                         bool last);

/* Final statuses are tagged "boot-N" from now on. */
enum subunit2_result tap_sender_boot(struct tap_sender *sender, unsigned boot);

#endif
