/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "safe_path.h"

#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <subunit2/utf8.h>
#include <sys/stat.h>
#include <unistd.h>

#define PART_MAX 200              /* bytes of one name, so that a number still fits after it */
#define PART_SIZE (PART_MAX + 24) /* of such a name with its number */
#define PARTS_MAX 64              /* a name with more parts becomes one part */

static bool
safe_path_has_dots_part(const char *name)
{
	for (const char *at = name; at; at = strchr(at, '/')) {
		at += *at == '/';
		if (strncmp(at, "..", 2) == 0 && (at[2] == '/' || at[2] == '\0'))
			return true;
	}
	return false;
}

static int
safe_path_parts_in(const char *name)
{
	int parts = 1;
	for (; *name != '\0'; name++)
		parts += *name == '/';
	return parts;
}

static void
safe_path_replace_slashes(char *name)
{
	for (; *name != '\0'; name++)
		if (*name == '/')
			*name = '_';
}

/* Returns NAME as a relative path without "..", to be freed. */
static char *
safe_path(struct subunit2_view name)
{
	size_t max = 4 * name.len + 1;
	char *path = memory_zeroed(max + 1, 1);
	size_t len = subunit2_utf8_escape(name, path, max);
	path[len] = '\0';
	if (*path == '/' || safe_path_has_dots_part(path) || safe_path_parts_in(path) > PARTS_MAX)
		safe_path_replace_slashes(path);
	return path;
}

/* Sets FIT to PART as the name of a file: not empty, not "." or "..", not too long. */
static void
safe_path_fit_part(const char *part, char fit[PART_MAX + 1])
{
	struct subunit2_view text = subunit2_view_of(part);
	size_t len = subunit2_utf8_cut(text, PART_MAX);
	memcpy(fit, part, len);
	fit[len] = '\0';
	if (len == 0 || strcmp(fit, ".") == 0 || strcmp(fit, "..") == 0)
		memcpy(fit, "_", 2);
}

/* Sets NUMBERED to NAME-NUMBER. */
static void
safe_path_number_part(char numbered[PART_SIZE], const char *name, uint64_t number)
{
	snprintf(numbered, PART_SIZE, "%s-%llu", name, (unsigned long long)number);
}

/* Returns whether NAME in the folder FD is already in use. */
typedef bool is_taken(int fd, const char *name);

static bool
safe_path_is_there(int fd, const char *name)
{
	struct stat status;
	return fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool
safe_path_is_no_folder(int fd, const char *name)
{
	struct stat status;
	return fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(status.st_mode);
}

static bool
safe_path_is_folder_or_link(int fd, const char *name)
{
	struct stat status;
	return fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       (S_ISDIR(status.st_mode) || S_ISLNK(status.st_mode));
}

/* A name in one folder, and the key of its next number in the table. */
struct safe_path_name {
	struct name_table *numbers;
	uint64_t hash; /* of the path up to the name */
	char text[PART_MAX + 1];
};

/* Sets NAME to PART, in the folder with the hash OUTER. */
static void
safe_path_folder_name_set(struct safe_path_name *name, const char *part, uint64_t outer)
{
	safe_path_fit_part(part, name->text);
	name->hash = name_table_hash(name->numbers, subunit2_view_of(name->text)) ^
	             outer * UINT64_C(0x9e3779b97f4a7c15);
}

/*
 * Appends the next number to NAME with which it is not in use in FD; the table remembers it, so
 * that no number is tried twice. HASH is the key in the table; names that are made anew and names
 * that are opened again have different keys.
 */
static void
safe_path_folder_free_number(int fd, const struct safe_path_name *name, uint64_t hash,
                             is_taken *taken, char numbered[PART_SIZE])
{
	uint64_t *next = name_table_number(name->numbers, hash);
	*next += *next == 0;
	safe_path_number_part(numbered, name->text, *next);
	while (taken(fd, numbered))
		safe_path_number_part(numbered, name->text, ++*next);
}

static int
safe_path_make_or_open_folder(int fd, const char *name)
{
	if (mkdirat(fd, name, 0777) != 0 && errno != EEXIST)
		return -1;
	return openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Opens the folder NAME in FD. Makes it if necessary, with a number if a file or a link has that
 * name. Closes FD. */
static int
safe_path_open_folder(int fd, const struct safe_path_name *name)
{
	char numbered[PART_SIZE];
	int inner = safe_path_make_or_open_folder(fd, name->text);
	while (inner < 0 && (errno == ENOTDIR || errno == ELOOP)) {
		safe_path_folder_free_number(fd, name, ~name->hash, safe_path_is_no_folder,
		                             numbered);
		inner = safe_path_make_or_open_folder(fd, numbered);
	}
	int errnum = errno;
	close(fd);
	errno = errnum;
	return inner;
}

/* Opens the folder of the last part of PATH, and sets NAME to that part. */
static int
safe_path_open_folder_all(int fd, char *path, struct safe_path_name *name)
{
	int at = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	char *part = path, *slash;
	uint64_t outer = 0;
	while (at >= 0 && (slash = strchr(part, '/'))) {
		*slash = '\0';
		safe_path_folder_name_set(name, part, outer);
		at = safe_path_open_folder(at, name);
		outer = name->hash;
		part = slash + 1;
	}
	safe_path_folder_name_set(name, part, outer);
	return at;
}

static int
safe_path_make_folder(int fd, const char *name)
{
	if (mkdirat(fd, name, 0777) != 0)
		return -1;
	return openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int
safe_path_make_file(int fd, const char *name)
{
	return openat(fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
}

/* Makes NAME below FD with MAKE, under the first free name. */
static int
safe_path_make_below(int fd, struct name_table *numbers, struct subunit2_view name,
                     int (*make)(int fd, const char *name))
{
	struct safe_path_name last = {.numbers = numbers};
	char *path = safe_path(name), numbered[PART_SIZE];
	int folder = safe_path_open_folder_all(fd, path, &last);
	int made = -1;
	if (folder >= 0) {
		made = make(folder, last.text);
		while (made < 0 && errno == EEXIST) {
			safe_path_folder_free_number(folder, &last, last.hash, safe_path_is_there,
			                             numbered);
			made = make(folder, numbered);
		}
		int errnum = errno;
		close(folder);
		errno = errnum;
	}
	free(path);
	return made;
}

int
safe_path_make(int fd, struct name_table *numbers, struct subunit2_view name)
{
	return safe_path_make_below(fd, numbers, name, safe_path_make_folder);
}

int
safe_path_file(int fd, struct name_table *numbers, struct subunit2_view name)
{
	return safe_path_make_below(fd, numbers, name, safe_path_make_file);
}

static int
safe_path_append_to(int fd, const char *name)
{
	return openat(fd, name, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0666);
}

int
safe_path_append(int fd, struct name_table *numbers, struct subunit2_view name)
{
	struct safe_path_name file_name = {.numbers = numbers};
	char *path = safe_path(name), numbered[PART_SIZE];
	safe_path_replace_slashes(path);
	safe_path_folder_name_set(&file_name, path, 0);
	free(path);
	int file = safe_path_append_to(fd, file_name.text);
	while (file < 0 && (errno == EISDIR || errno == ELOOP)) {
		safe_path_folder_free_number(fd, &file_name, ~file_name.hash,
		                             safe_path_is_folder_or_link, numbered);
		file = safe_path_append_to(fd, numbered);
	}
	return file;
}
