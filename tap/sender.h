/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Sends the start, the files and the end of a test as events.
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
	bool has_time;
	struct subunit2_time start, end;
};

struct tap_sender {
	struct subunit2_sink *sink;
	char *id;                        /* SCRIPT::, and room for the longest path after it */
	size_t id_len;                   /* of the former */
	struct subunit2_event event;     /* a status of the selected test, with its time if known */
	const struct tap_ending *ending; /* of that test */
	struct subunit2_time now;        /* of the bytes that are read; without a clock, the end
	                                    of the last test that has a duration */
	bool has_clock;
	struct subunit2_error *error; /* of the current call; may be NULL */
	/* The tags of final statuses, and of those of TODO tests that passed; as sets and as views
	 * of these. */
	struct subunit2_tagset tagset, todo_tagset;
	struct subunit2_tags tags, todo_tags;
	/* Numbers of tests by their final status. A TODO test that passed counts as UXSUCCESS. */
	uint64_t counts[SUBUNIT2_STATUS_XFAIL + 1];
};

/* A file that is sent in pieces. Bytes that are not UTF-8 are sent under another name. */
struct tap_attachment {
	const char *name, *bytes_name;
	struct tap_buffer piece; /* not sent yet; TAP_PIECE_MAX at most */
	bool sent, bytes_sent;   /* a piece, under the one name or the other */
};

/* Ids are SCRIPT, "::" and a path of at most ROOM bytes. Returns false if memory is short. */
bool tap_sender_init(struct tap_sender *sender, struct tap_bytes script, size_t room);
void tap_sender_free(struct tap_sender *sender);

/* Sets the duration of the test of ENDING, which has its end, or, without a clock, its start. */
void tap_sender_set_duration(struct tap_sender *sender, struct tap_ending *ending,
                             int64_t duration_ns);

/* Selects the test PATH, which ended as ENDING says, for the events that follow. ENDING must
 * outlive them. */
static inline void
tap_sender_select(struct tap_sender *sender, struct tap_bytes path, const struct tap_ending *ending)
{
	memcpy(sender->id + sender->id_len, path.data, path.len);
	sender->event.test_id = (struct subunit2_view){sender->id, sender->id_len + path.len};
	sender->event.has_timestamp = ending->has_time;
	sender->ending = ending;
}

/* All return the result of the sink. Files have the time of the test's end, however late they come,
 * because the final status follows them. */
enum subunit2_result tap_send_start(struct tap_sender *sender);
enum subunit2_result tap_send_end(struct tap_sender *sender);

/* Sends BYTES as the whole file NAME, or BYTES_NAME if they are not UTF-8. Does nothing if BYTES is
 * empty. */
int tap_send_file(struct tap_sender *sender, const char *name, const char *bytes_name,
                  struct tap_bytes bytes);

/* Sends the piece of FILE. If it is not the LAST one, keeps an incomplete character at its end for
 * the next piece. Does nothing if the piece is empty: the last piece must not be empty. */
enum subunit2_result tap_send_attachment(struct tap_sender *sender, struct tap_attachment *file,
                                         bool last);

/* Sets the tags of final statuses: "boot-BOOT" if BOOT is above 1, and "todo-passed" for TODO tests
 * that passed. */
enum subunit2_result tap_sender_set_tags(struct tap_sender *sender, unsigned boot);

#endif
