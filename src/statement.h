/*
 * A statement: what one call of `subunit2 status` says. At most one status of at
 * most one test, and files; as many packets as these need.
 */
#ifndef STATEMENT_H
#define STATEMENT_H

#include "attachment.h"
#include "outputs.h"

enum statement_time {
	STATEMENT_NOW, /* each packet has the time at which it is made */
	STATEMENT_AT,  /* all of them have the time that is given */
	STATEMENT_TIMELESS,
};

/* All zeroes to begin with, but for duration_ns. */
struct statement {
	char *test_id; /* NULL: none */
	enum subunit2_status status;
	struct subunit2_tagset tags;
	char *route_code; /* NULL: none */
	bool runnable;
	bool stays_open; /* the files' ends are not told */
	enum statement_time timing;
	struct subunit2_time time;
	int64_t duration_ns; /* an inprogress packet goes ahead by so much; -1: none does */
	struct attachment *files;
	size_t count;
};

/* Room for one more file, the last; fill it before anything else is done. */
struct attachment *statement_add_file(struct statement *statement);

/* Opens the files. False, after a message, when one cannot be read: then nothing
 * shall be sent. */
bool statement_open(struct statement *statement);

/*
 * Sends it to OUTPUTS and finishes them. A first status goes with the first
 * packet, a final one with the last. COMMAND_GOOD, or COMMAND_IO when a file
 * could not be read to its end, which was told; the rest is sent all the same.
 */
int statement_send(struct statement *statement, struct outputs *outputs);

void statement_clear(struct statement *statement);

#endif
