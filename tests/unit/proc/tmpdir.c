/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The private folder of an attempt: its place, and whether it is as it was created. */
#include "tmpdir.h"
#include "check.h"
#include "count_fds.h"

#include "fault.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

DIR *
opendir(const char *path)
{
	static DIR *(*real)(const char *path);
	return fault_find("opendir", &real) ? NULL : real(path);
}

static void
check_untouched(const char *parent)
{
	char entry[128];
	struct stat status;
	char *path = tmpdir_make(parent);
	CHECK(path && strncmp(path, parent, strlen(parent)) == 0 && stat(path, &status) == 0 &&
	      status.st_mode == (S_IFDIR | S_IRWXU));
	int before = count_fds();
	CHECK(tmpdir_is_untouched(path) && count_fds() == before);
	fault_arm("opendir", EMFILE, 0, 1);
	CHECK_NAMED("a folder that cannot be read may be touched",
	            !tmpdir_is_untouched(path) && fault_disarm() == 1);
	snprintf(entry, sizeof(entry), "%s/entry", path);
	CHECK(mkdir(entry, 0700) == 0 && !tmpdir_is_untouched(path));
	CHECK(rmdir(entry) == 0 && tmpdir_is_untouched(path));
	CHECK(chmod(path, 0755) == 0 && !tmpdir_is_untouched(path));
	CHECK(chmod(path, 0700) == 0 && tmpdir_is_untouched(path));
	if (geteuid() == 0) {
		CHECK(chown(path, 1, (gid_t)-1) == 0 && !tmpdir_is_untouched(path));
		CHECK(chown(path, 0, (gid_t)-1) == 0 && tmpdir_is_untouched(path));
	}
	CHECK(rmdir(path) == 0 && !tmpdir_is_untouched(path));
	CHECK_NAMED("a link to a folder is not an untouched folder",
	            symlink(parent, path) == 0 && !tmpdir_is_untouched(path));
	unlink(path);
	free(path);
}

static bool
has_parent(const char *value, const char *expected)
{
	char *parent = tmpdir_parent(value);
	bool same = strcmp(parent, expected) == 0;
	free(parent);
	return same;
}

int
main(void)
{
	char parent[] = "/tmp/subunit2-tmpdir-XXXXXX", real[128];
	if (!mkdtemp(parent) || chdir(parent) < 0 || mkdir("below", 0700) < 0)
		return 99;
	check_untouched(parent);
	CHECK(!tmpdir_make("/nonexistent") && errno == ENOENT);
	CHECK(has_parent(NULL, "/tmp") && has_parent("", "/tmp"));
	CHECK(has_parent("/some/where", "/some/where") && has_parent("missing", "missing"));
	snprintf(real, sizeof(real), "%s/below", parent);
	CHECK_NAMED("a relative folder becomes absolute", has_parent("./below", real));
	rmdir("below");
	rmdir(parent);
	return check_done();
}
