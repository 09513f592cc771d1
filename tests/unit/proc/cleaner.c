/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Folders that are removed between the events of a loop, with and without a caller that waits. */
#include "cleaner.h"
#include "check.h"
#include "depth.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 256

static struct event_loop *loop;
static struct cleaner *cleaner;

/* Counts the calls of the cleaner. */
struct heard {
	unsigned done, late;
	char problem[2 * PATH_SIZE]; /* the last one; empty: none */
};

static void
on_done(void *context, const char *problem)
{
	struct heard *heard = context;
	heard->done++;
	snprintf(heard->problem, sizeof(heard->problem), "%s", problem ? problem : "");
}

static void
on_late(void *context, const char *problem)
{
	struct heard *heard = context;
	heard->late++;
	snprintf(heard->problem, sizeof(heard->problem), "%s", problem);
}

static struct heard late;

static void
begin(void)
{
	late = (struct heard){0};
	loop = event_loop_new();
	cleaner = cleaner_new(loop, on_late, &late);
}

static void
end(void)
{
	cleaner_free(cleaner);
	event_loop_free(loop);
}

static void
turn_until_idle(void)
{
	while (cleaner_is_busy(cleaner))
		event_loop_turn(loop);
}

/* Creates the folder NAME with a folder and COUNT files, and writes its path to PATH. */
static void
make_folder(char path[PATH_SIZE], const char *name, int count)
{
	char entry[PATH_SIZE + 32];
	snprintf(path, PATH_SIZE, "./%s", name);
	snprintf(entry, sizeof(entry), "%s/folder", path);
	if (mkdir(path, 0700) < 0 || (count && mkdir(entry, 0700) < 0))
		exit(99);
	for (int i = 0; i < count; i++) {
		snprintf(entry, sizeof(entry), "%s/%d", path, i);
		int fd = open(entry, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0)
			exit(99);
		close(fd);
	}
}

static bool
is_gone(const char *path)
{
	struct stat status;
	return lstat(path, &status) < 0;
}

/* Nothing can remove a folder by the name ".": its entries are removed, and it stays. */
static void
make_stubborn(char path[PATH_SIZE], const char *name)
{
	make_folder(path, name, 1);
	strcat(path, "/.");
}

static void
check_waiting(void)
{
	char path[PATH_SIZE], stubborn[PATH_SIZE];
	struct heard first = {0}, second = {0};
	begin();
	CHECK(!cleaner_is_busy(cleaner));
	make_folder(path, "a", 20);
	make_stubborn(stubborn, "b");
	cleaner_remove(cleaner, path, on_done, &first);
	cleaner_remove(cleaner, stubborn, on_done, &second);
	CHECK_NAMED("nothing is called before the loop turns",
	            cleaner_is_busy(cleaner) && !first.done && !second.done);
	turn_until_idle();
	CHECK(first.done == 1 && !*first.problem && is_gone(path));
	CHECK_NAMED("a problem has the path and the reason",
	            second.done == 1 && strncmp(second.problem, stubborn, strlen(stubborn)) == 0 &&
	                    strstr(second.problem, ": Invalid argument"));
	CHECK_NAMED("no folder with a caller that waits is late", late.late == 0);
	end();
	CHECK(late.late == 0);
}

static void
check_nobody_waits(void)
{
	char path[PATH_SIZE], stubborn[PATH_SIZE];
	begin();
	make_folder(path, "c", 20);
	make_stubborn(stubborn, "d");
	cleaner_remove(cleaner, path, NULL, NULL);
	cleaner_remove(cleaner, stubborn, NULL, NULL);
	turn_until_idle();
	CHECK(is_gone(path));
	CHECK_NAMED("a problem without a caller is late",
	            late.late == 1 && strstr(late.problem, ": Invalid argument"));
	end();
}

static void
check_detached(void)
{
	char path[PATH_SIZE], stubborn[PATH_SIZE];
	struct heard first = {0}, second = {0};
	begin();
	make_folder(path, "e", 20);
	make_stubborn(stubborn, "f");
	struct cleaner_task *task = cleaner_remove(cleaner, path, on_done, &first);
	cleaner_detach(task);
	cleaner_detach(cleaner_remove(cleaner, stubborn, on_done, &second));
	cleaner_detach(NULL);
	turn_until_idle();
	CHECK_NAMED("a caller that no longer waits is not called, and its problem is late",
	            !first.done && !second.done && late.late == 1 && is_gone(path));
	end();
}

/* The wait ends; the removal does not. */
static void
check_hurried(void)
{
	enum { MANY = 1000 };
	char path[PATH_SIZE];
	struct heard heard = {0};
	begin();
	make_folder(path, "g", MANY);
	cleaner_end_wait(cleaner_remove(cleaner, path, on_done, &heard));
	CHECK(!heard.done);
	/* The folder may be gone after one turn; nothing ends a second one then. */
	for (int turns = 0; turns < 2 && cleaner_is_busy(cleaner); turns++)
		event_loop_turn(loop);
	CHECK_NAMED("a caller in a hurry is called at once, without a problem",
	            heard.done == 1 && !*heard.problem);
	turn_until_idle();
	CHECK_NAMED("the removal goes on", heard.done == 1 && !late.late && is_gone(path));
	end();
}

static void
check_end(void)
{
	char path[PATH_SIZE], empty[PATH_SIZE];
	struct heard heard = {0};
	begin();
	make_folder(path, "h", 2);
	make_folder(empty, "i", 0);
	cleaner_remove(cleaner, path, on_done, &heard);
	cleaner_remove(cleaner, empty, NULL, NULL);
	end();
	CHECK_NAMED("a folder that was not removed in time is late",
	            !heard.done && late.late == 1 &&
	                    strstr(late.problem, "/h: not removed before the run ended"));
	CHECK_NAMED("an empty folder is removed in time", is_gone(empty));
	cleaner_free(NULL);
	begin();
	cleaner_remove(cleaner, path, NULL, NULL);
	turn_until_idle();
	end();
	CHECK(is_gone(path));
}

int
main(void)
{
	char base[] = "/tmp/subunit2-cleaner-XXXXXX";
	if (!mkdtemp(base) || chdir(base) < 0 || !enter_depth())
		return 99;
	check_waiting();
	check_nobody_waits();
	check_detached();
	check_hurried();
	check_end();
	rmdir("b");
	rmdir("d");
	rmdir("f");
	CHECK_NAMED("nothing else is left", leave_depth() && chdir("/") == 0 && rmdir(base) == 0);
	return check_done();
}
