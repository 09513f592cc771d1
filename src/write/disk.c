/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * disk: one folder for each test, named by its id, with its files and test.json, which holds the
 * id, status, tags, times and names of the files. Files that belong to no test are appended to
 * files in the folder above.
 */
#include "disk_remove.h"
#include "json_string.h"
#include "memory.h"
#include "putters.h"
#include "retrying_file.h"
#include "rfc3339.h"
#include "safe_path.h"
#include "tempfile.h"
#include "write_all.h"
#include "writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct disk_writer {
	struct subunit2_sink sink;
	struct output_file *to;
	struct subunit2_sink *tests;
	int fd;                         /* of the folder */
	struct name_table numbers;      /* the next number of each name in it */
	struct name_table file_numbers; /* the same for the folder of one test */
	struct name_table begun;        /* the inodes of files of no test; their number is 1 */
};

static int
disk_writer_by_bytes(const void *a, const void *b)
{
	return subunit2_view_compare(*(const struct subunit2_view *)a,
	                             *(const struct subunit2_view *)b);
}

/* Writes NAMES as a sorted array. */
static void
disk_writer_put_names(FILE *file, struct subunit2_view *names, size_t count)
{
	if (count > 0)
		qsort(names, count, sizeof(*names), disk_writer_by_bytes);
	put_char(file, '[');
	for (size_t i = 0; i < count; i++) {
		put_text(file, i ? ", " : "");
		json_string_put(file, names[i]);
	}
	put_char(file, ']');
}

static void
disk_writer_put_file_names(FILE *file, const struct subunit2_test *test)
{
	struct subunit2_view *names = memory_zeroed(test->attachment_count, sizeof(*names));
	for (size_t i = 0; i < test->attachment_count; i++)
		names[i] = test->attachments[i].name;
	disk_writer_put_names(file, names, test->attachment_count);
	free(names);
}

static void
disk_writer_put_tags(FILE *file, struct subunit2_tags tags)
{
	struct subunit2_view *names = memory_zeroed(tags.count, sizeof(*names));
	size_t count = 0;
	while (subunit2_tags_next(&tags, &names[count]))
		count++;
	disk_writer_put_names(file, names, count);
	free(names);
}

static void
disk_writer_put_time(FILE *file, bool has_time, struct subunit2_time time)
{
	char text[RFC3339_SIZE];
	if (!has_time) {
		put_text(file, "null");
		return;
	}
	rfc3339_write_python(time, text);
	fprintf(file, "\"%s\"", text);
}

/* Returns true if no further event is expected, as for a test that is only listed. */
static bool
disk_writer_has_ended(enum subunit2_status status)
{
	return status == SUBUNIT2_STATUS_EXISTS || subunit2_status_is_final(status);
}

static void
disk_writer_put_json(FILE *file, const struct subunit2_test *test)
{
	const char *status = subunit2_status_name(test->status);
	put_text(file, "{\"details\": ");
	disk_writer_put_file_names(file, test);
	put_text(file, ", \"id\": ");
	json_string_put(file, test->id);
	put_text(file, ", \"start\": ");
	disk_writer_put_time(file, test->has_start, test->start);
	fprintf(file, ", \"status\": \"%s\", \"stop\": ", *status ? status : "unknown");
	disk_writer_put_time(file, test->has_stop && disk_writer_has_ended(test->status),
	                     test->stop);
	put_text(file, ", \"tags\": ");
	disk_writer_put_tags(file, test->tags);
	put_char(file, '}');
}

static enum subunit2_result
disk_writer_fail(struct disk_writer *self, int errnum, struct subunit2_error *error)
{
	return subunit2_error_system(error, self->to->name, errnum);
}

/* Closes FD. Returns an error if ERRNUM, of the writes before, is not 0, or if closing fails. */
static enum subunit2_result
disk_writer_close_file(struct disk_writer *self, int fd, int errnum, struct subunit2_error *error)
{
	if (close(fd) != 0 && errnum == 0)
		errnum = errno;
	return errnum == 0 ? SUBUNIT2_E_OK : disk_writer_fail(self, errnum, error);
}

static enum subunit2_result
disk_writer_write_json(struct disk_writer *self, int folder, const struct subunit2_test *test,
                       struct subunit2_error *error)
{
	int fd = safe_path_file(folder, &self->file_numbers, SUBUNIT2_LITERAL("test.json"));
	if (fd < 0)
		return disk_writer_fail(self, errno, error);
	struct retrying_file *file = retrying_file_new(fd);
	disk_writer_put_json(retrying_file_file(file), test);
	return disk_writer_close_file(self, fd, retrying_file_free(file), error);
}

static enum subunit2_result
disk_writer_write_attachment(struct disk_writer *self, int folder,
                             const struct subunit2_attachment *attachment,
                             struct subunit2_error *error)
{
	struct subunit2_view rest = attachment->bytes, piece;
	int fd = safe_path_file(folder, &self->file_numbers, attachment->name), errnum = 0;
	if (fd < 0)
		return disk_writer_fail(self, errno, error);
	while (errnum == 0 && subunit2_attachment_next(attachment, &rest, &piece))
		errnum = write_all(fd, piece);
	return disk_writer_close_file(self, fd, errnum, error);
}

static enum subunit2_result
disk_writer_write_files(struct disk_writer *self, int folder, const struct subunit2_test *test,
                        struct subunit2_error *error)
{
	enum subunit2_result result = disk_writer_write_json(self, folder, test, error);
	for (size_t i = 0; i < test->attachment_count && result == SUBUNIT2_E_OK; i++)
		result = disk_writer_write_attachment(self, folder, &test->attachments[i], error);
	return result;
}

static enum subunit2_result
disk_writer_test_ended(void *context, const struct subunit2_test *test,
                       struct subunit2_error *error)
{
	struct disk_writer *self = context;
	int folder = safe_path_make(self->fd, &self->numbers, test->id);
	if (folder < 0)
		return disk_writer_fail(self, errno, error);
	enum subunit2_result result = disk_writer_write_files(self, folder, test, error);
	name_table_clear(&self->file_numbers);
	close(folder);
	return result;
}

/* Empties the file FD of an earlier run, unless it is to be appended to. Two names may lead to one
 * file. Returns an errno, or 0. */
static int
disk_writer_begin_file(struct disk_writer *self, int fd)
{
	struct stat status;
	if (self->to->append)
		return 0;
	if (fstat(fd, &status) < 0)
		return errno;
	const struct subunit2_view inode = {(const char *)&status.st_ino, sizeof(status.st_ino)};
	uint64_t *begun = name_table_number(&self->begun, name_table_hash(&self->begun, inode));
	if (*begun == 0 && status.st_size > 0 && ftruncate(fd, 0) < 0)
		return errno;
	*begun = 1;
	return 0;
}

static enum subunit2_result
disk_writer_file_event(void *context, const struct subunit2_event *event,
                       struct subunit2_error *error)
{
	struct disk_writer *self = context;
	int fd = safe_path_append(self->fd, &self->numbers, event->file_name);
	if (fd < 0)
		return disk_writer_fail(self, errno, error);
	int errnum = disk_writer_begin_file(self, fd);
	if (errnum == 0)
		errnum = write_all(fd, event->file_bytes);
	return disk_writer_close_file(self, fd, errnum, error);
}

static enum subunit2_result
disk_writer_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                  struct subunit2_error *error)
{
	return subunit2_sink_event(((struct disk_writer *)sink)->tests, event, error);
}

static enum subunit2_result
disk_writer_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	return subunit2_sink_finish(((struct disk_writer *)sink)->tests, error);
}

static void
disk_writer_free(struct subunit2_sink *sink)
{
	struct disk_writer *self = (struct disk_writer *)sink;
	subunit2_sink_free(self->tests);
	if (self->fd >= 0)
		close(self->fd);
	name_table_clear(&self->numbers);
	name_table_clear(&self->begun);
	free(self);
}

static int
disk_writer_open_folder(const char *path)
{
	if (mkdir(path, 0777) != 0 && errno != EEXIST)
		return -1;
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

struct subunit2_sink *
writer_disk(const struct writer_options *options, struct output_file *to,
            struct subunit2_error *error)
{
	(void)options;
	if (to->fd >= 0) {
		subunit2_error_set(error, SUBUNIT2_E_INVALID, to->name,
		                   "disk is written to a folder: -o disk:FOLDER");
		return NULL;
	}
	struct disk_writer *self = memory_zeroed(1, sizeof(*self));
	self->sink =
		(struct subunit2_sink){disk_writer_event, disk_writer_finish, disk_writer_free};
	self->to = to;
	name_table_init(&self->numbers);
	name_table_init(&self->file_numbers);
	name_table_init(&self->begun);
	self->fd = disk_writer_open_folder(to->name);
	int errnum = errno;
	struct subunit2_collect_options all = {
		.size = sizeof(all), .attachment_limit = SIZE_MAX, .temporary = tempfile_open};
	self->tests = memory_have(
		subunit2_collect_new(&all, disk_writer_test_ended, disk_writer_file_event, self));
	if (self->fd >= 0) {
		if (!to->append)
			disk_remove(self->fd);
		return &self->sink;
	}
	disk_writer_fail(self, errnum, error);
	disk_writer_free(&self->sink);
	return NULL;
}
