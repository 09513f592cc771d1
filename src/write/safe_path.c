#include "safe_path.h"

#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <subunit2/utf8.h>
#include <sys/stat.h>
#include <unistd.h>

#define PART_MAX 200 /* bytes of one name, so that a number still fits behind it */
#define PARTS_MAX 64 /* a name with more is one part */

static bool
has_dots_part(const char *name)
{
	for (const char *at = name; at; at = strchr(at, '/')) {
		at += *at == '/';
		if (strncmp(at, "..", 2) == 0 && (at[2] == '/' || at[2] == '\0'))
			return true;
	}
	return false;
}

static int
parts_in(const char *name)
{
	int parts = 1;
	for (; *name != '\0'; name++)
		parts += *name == '/';
	return parts;
}

static void
replace_slashes(char *name)
{
	for (; *name != '\0'; name++)
		if (*name == '/')
			*name = '_';
}

/* NAME as a relative path without "..", to be freed. */
static char *
safe_path(struct subunit2_view name)
{
	size_t max = 4 * name.len + 1;
	char *path = memory_zeroed(max + 1, 1);
	size_t len = subunit2_utf8_escape(name, path, max);
	path[len] = '\0';
	if (*path == '/' || has_dots_part(path) || parts_in(path) > PARTS_MAX)
		replace_slashes(path);
	return path;
}

/* PART as the name of one file: neither empty nor a dot nor too long. */
static void
fit_part(const char *part, char fit[PART_MAX + 1])
{
	struct subunit2_view text = subunit2_view_of(part);
	size_t len = subunit2_utf8_cut(text, PART_MAX);
	memcpy(fit, part, len);
	fit[len] = '\0';
	if (len == 0 || strcmp(fit, ".") == 0 || strcmp(fit, "..") == 0)
		memcpy(fit, "_", 2);
}

/* NAME, and behind it -NUMBER unless that is 0. */
static void
number_part(char numbered[PART_MAX + 24], const char *name, unsigned number)
{
	if (number == 0)
		snprintf(numbered, PART_MAX + 24, "%s", name);
	else
		snprintf(numbered, PART_MAX + 24, "%s-%u", name, number);
}

/* Whether NAME in FD cannot be taken. */
typedef bool is_taken(int fd, const char *name);

static bool
is_there(int fd, const char *name)
{
	struct stat status;
	return fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool
is_no_folder(int fd, const char *name)
{
	struct stat status;
	return fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(status.st_mode);
}

static bool
is_folder_or_link(int fd, const char *name)
{
	struct stat status;
	return fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       (S_ISDIR(status.st_mode) || S_ISLNK(status.st_mode));
}

static bool
is_number_taken(int fd, const char *name, unsigned number, is_taken *taken)
{
	char numbered[PART_MAX + 24];
	number_part(numbered, name, number);
	return taken(fd, numbered);
}

/* A number with which NAME is free: the first one, as they are given out in order. Neither
 * all that were are tried, nor are they remembered. */
static unsigned
free_number(int fd, const char *name, is_taken *taken)
{
	unsigned high = 0, low = 0;
	while (is_number_taken(fd, name, high, taken)) {
		low = high + 1;
		high = 2 * high + 1;
	}
	while (low < high) {
		unsigned middle = low + (high - low) / 2;
		if (is_number_taken(fd, name, middle, taken))
			low = middle + 1;
		else
			high = middle;
	}
	return high;
}

static int
make_or_open_folder(int fd, const char *name)
{
	if (mkdirat(fd, name, 0777) != 0 && errno != EEXIST)
		return -1;
	return openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* The folder PART in FD, made if need be, beside a file or a link of that name;
 * FD is closed. */
static int
enter(int fd, const char *part)
{
	char name[PART_MAX + 1], numbered[PART_MAX + 24];
	fit_part(part, name);
	int inner = make_or_open_folder(fd, name);
	while (inner < 0 && (errno == ENOTDIR || errno == ELOOP)) {
		number_part(numbered, name, free_number(fd, name, is_no_folder));
		inner = make_or_open_folder(fd, numbered);
	}
	int errnum = errno;
	close(fd);
	errno = errnum;
	return inner;
}

/* The folder that PATH's last part is to stand in; *LAST becomes that part. */
static int
enter_all(int fd, char *path, const char **last)
{
	int at = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	char *part = path, *slash;
	while (at >= 0 && (slash = strchr(part, '/'))) {
		*slash = '\0';
		at = enter(at, part);
		part = slash + 1;
	}
	*last = part;
	return at;
}

static int
make_folder(int fd, const char *name)
{
	if (mkdirat(fd, name, 0777) != 0)
		return -1;
	return openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int
make_file(int fd, const char *name)
{
	return openat(fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
}

/* Makes NAME below FD with MAKE, under the first name that is free. */
static int
make_below(int fd, struct subunit2_view name, int (*make)(int fd, const char *name))
{
	const char *last;
	char *path = safe_path(name);
	int folder = enter_all(fd, path, &last);
	int made = -1;
	if (folder >= 0) {
		char part[PART_MAX + 1], numbered[PART_MAX + 24];
		fit_part(last, part);
		made = make(folder, part);
		while (made < 0 && errno == EEXIST) {
			number_part(numbered, part, free_number(folder, part, is_there));
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
folder_make(int fd, struct subunit2_view name)
{
	return make_below(fd, name, make_folder);
}

int
folder_file(int fd, struct subunit2_view name)
{
	return make_below(fd, name, make_file);
}

static int
append_to(int fd, const char *name)
{
	return openat(fd, name, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0666);
}

int
folder_append(int fd, struct subunit2_view name)
{
	char part[PART_MAX + 1], numbered[PART_MAX + 24];
	char *path = safe_path(name);
	replace_slashes(path);
	fit_part(path, part);
	free(path);
	int file = append_to(fd, part);
	while (file < 0 && (errno == EISDIR || errno == ELOOP)) {
		number_part(numbered, part, free_number(fd, part, is_folder_or_link));
		file = append_to(fd, numbered);
	}
	return file;
}
