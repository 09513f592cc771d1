/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "junit_files.h"

#include "disk_remove.h"
#include "json_string.h"
#include "memory.h"
#include "putters.h"
#include "retrying_file.h"
#include "safe_path.h"
#include "text_file.h"
#include "write_all.h"
#include "xml.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
junit_files_begin(struct junit_files *files, const struct output_file *to)
{
	*files = (struct junit_files){.to = to, .fd = -1};
	name_table_init(&files->numbers);
	if (!to->seekable || to->fd == STDOUT_FILENO)
		return;
	files->folder = memory_format("%s.d", to->name);
	int fd = open(files->folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return;
	disk_remove(fd);
	close(fd);
	rmdir(files->folder); /* fails if other files are left, which stay */
}

void
junit_files_end(struct junit_files *files)
{
	if (files->fd >= 0)
		close(files->fd);
	name_table_clear(&files->numbers);
	free(files->folder);
}

static bool
junit_files_is_binary(const struct subunit2_attachment *attachment)
{
	return attachment->bytes.len > 0 && !text_file_is_text(attachment);
}

bool
junit_files_any(const struct subunit2_test *test)
{
	for (size_t i = 0; i < test->attachment_count; i++)
		if (junit_files_is_binary(&test->attachments[i]))
			return true;
	return false;
}

/* Makes the folder beside the document. */
static bool
junit_files_open(struct junit_files *files)
{
	if (files->fd >= 0)
		return true;
	if (mkdir(files->folder, 0777) < 0 && errno != EEXIST)
		return false;
	files->fd = open(files->folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return files->fd >= 0;
}

/* Writes test.json, by which disk_remove recognises the files. */
static int
junit_files_write_list(int folder, const struct subunit2_test *test)
{
	int fd = openat(folder, "test.json", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return errno;
	struct retrying_file *retrying = retrying_file_new(fd);
	FILE *file = retrying_file_file(retrying);
	put_text(file, "{\"id\": ");
	json_string_put_in_page(file, test->id);
	put_text(file, ", \"status\": \"");
	put_text(file, subunit2_status_name(test->status));
	put_text(file, "\", \"details\": [");
	const char *before = "";
	for (size_t i = 0; i < test->attachment_count; i++) {
		if (!junit_files_is_binary(&test->attachments[i]))
			continue;
		put_text(file, before);
		json_string_put_in_page(file, test->attachments[i].name);
		before = ", ";
	}
	put_text(file, "]}\n");
	int errnum = retrying_file_free(retrying);
	return close(fd) != 0 && errnum == 0 ? errno : errnum;
}

/* Returns the path of the open file FD, to be freed; NULL if it is not known or would not fit on a
 * line. */
static char *
junit_files_path_of(int fd)
{
	char link[64], path[PATH_MAX];
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t len = readlink(link, path, sizeof(path));
	if (len <= 0 || (size_t)len >= sizeof(path) || path[0] != '/')
		return NULL;
	for (ssize_t i = 0; i < len; i++)
		if ((unsigned char)path[i] < ' ')
			return NULL;
	return memory_copy_len(path, (size_t)len);
}

/* Writes ATTACHMENT into FOLDER and the line that names it to FILE. Returns 0 or an errno. */
static int
junit_files_write(struct name_table *numbers, int folder, FILE *file,
                  const struct subunit2_attachment *attachment)
{
	struct subunit2_view rest = attachment->bytes, piece;
	int fd = safe_path_file(folder, numbers, attachment->name), errnum = 0;
	if (fd < 0)
		return errno;
	char *path = junit_files_path_of(fd);
	while (errnum == 0 && subunit2_attachment_next(attachment, &rest, &piece))
		errnum = write_all(fd, piece);
	if (close(fd) != 0 && errnum == 0)
		errnum = errno;
	if (path && errnum == 0) {
		put_text(file, "[[ATTACHMENT|");
		xml_put(file, subunit2_view_of(path));
		put_text(file, "]]\n");
	}
	free(path);
	return errnum;
}

static void
junit_files_put_line(FILE *file, const struct subunit2_attachment *attachment)
{
	xml_put(file, attachment->name);
	put_text(file, ": ");
	xml_put(file, subunit2_view_present(attachment->mime_type)
	                      ? attachment->mime_type
	                      : SUBUNIT2_LITERAL("application/octet-stream"));
	fprintf(file, ", %zu bytes\n", attachment->bytes.len);
}

enum subunit2_result
junit_files_put(struct junit_files *files, FILE *file, const struct subunit2_test *test,
                struct subunit2_error *error)
{
	struct name_table numbers;
	int errnum = 0, folder = -1;
	name_table_init(&numbers);
	if (files->folder) {
		folder = junit_files_open(files)
		                 ? safe_path_make(files->fd, &files->numbers, test->id)
		                 : -1;
		errnum = folder < 0 ? errno : junit_files_write_list(folder, test);
	}
	for (size_t i = 0; i < test->attachment_count && errnum == 0; i++) {
		if (!junit_files_is_binary(&test->attachments[i]))
			continue;
		junit_files_put_line(file, &test->attachments[i]);
		if (folder >= 0)
			errnum = junit_files_write(&numbers, folder, file, &test->attachments[i]);
	}
	if (folder >= 0)
		close(folder);
	name_table_clear(&numbers);
	return errnum == 0 ? SUBUNIT2_E_OK : subunit2_error_system(error, files->folder, errnum);
}
