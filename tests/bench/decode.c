/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Reads a stream and does nothing with it: what reading alone costs.
 *
 *     decode FILE
 */
#include <subunit2.h>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static enum subunit2_result
ignore_event(struct subunit2_sink *self, const struct subunit2_event *event,
             struct subunit2_error *error)
{
	(void)self;
	(void)event;
	(void)error;
	return SUBUNIT2_E_OK;
}

int
main(int argc, char **argv)
{
	struct subunit2_sink sink = {.event = ignore_event};
	struct subunit2_stream *stream =
		subunit2_stream_new(&sink, SUBUNIT2_READER_DECLARED, NULL, NULL);
	int fd = argc == 2 ? open(argv[1], O_RDONLY) : -1;
	static char bytes[65536];
	ssize_t got;

	if (fd < 0 || !stream)
		return fputs("usage: decode FILE\n", stderr), 2;
	while ((got = read(fd, bytes, sizeof(bytes))) > 0)
		subunit2_stream_feed(stream, bytes, (size_t)got, 0, NULL);
	subunit2_stream_finish(stream, NULL);
	subunit2_stream_free(stream);
	return got < 0;
}
