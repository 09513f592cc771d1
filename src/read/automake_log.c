#include "automake_log.h"

#include "attachment.h"
#include "memory.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

char *
automake_log_find(const char *folder, struct subunit2_view test)
{
	char *path = memory_format("%s/%.*s.log", folder, (int)test.len, test.data);
	char *slash, *dot;
	if (access(path, R_OK) == 0)
		return path;
	path[strlen(path) - strlen(".log")] = '\0';
	slash = strrchr(path, '/');
	dot = strrchr(slash, '.');
	if (dot)
		strcpy(dot, ".log");
	if (dot && access(path, R_OK) == 0)
		return path;
	free(path);
	return NULL;
}

int
automake_log_send(const char *path, const struct subunit2_event *event, struct subunit2_sink *sink,
                  struct subunit2_error *error)
{
	char name[4 * NAME_MAX];
	struct subunit2_view base = subunit2_view_of(strrchr(path, '/') + 1);
	struct subunit2_view fit = {name, subunit2_utf8_escape(base, name, sizeof(name))};
	struct subunit2_event piece = *event;
	struct attachment_piece next = {0};
	struct attachment log;
	int result = SUBUNIT2_OK;
	attachment_of_path(&log, fit, path);
	log.regular = true;
	next.last = attachment_open(&log, NULL) != SUBUNIT2_OK;
	while (!next.last && result == SUBUNIT2_OK) {
		attachment_next(&log, &next, NULL); /* that it cannot be read ends it */
		piece.file_name = next.name;
		piece.file_bytes = next.bytes;
		piece.mime_type = next.mime_type;
		piece.eof = next.last;
		result = subunit2_sink_event(sink, &piece, error);
	}
	attachment_clear(&log);
	return result;
}
