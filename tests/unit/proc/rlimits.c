/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The limit of open descriptors, and the descriptors that children inherit. */
#include "rlimits.h"
#include "check.h"
#include "count_fds.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

static void
set_limit(rlim_t soft, rlim_t hard)
{
	const struct rlimit limit = {soft, hard};
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		exit(99);
}

static bool
is_limit(rlim_t soft, rlim_t hard)
{
	struct rlimit limit;
	return getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == soft &&
	       limit.rlim_max == hard;
}

static bool
is_inherited(int fd)
{
	return !(fcntl(fd, F_GETFD) & FD_CLOEXEC);
}

static void
check_inherited(void)
{
	int kept[2], others[2];
	const struct jobserver none = {-1, -1, {-1, -1}, 0};
	if (pipe(kept) < 0 || pipe(others) < 0)
		exit(99);
	const struct jobserver jobserver = {-1, -1, {kept[0], kept[1]}, .jobs = others[0]};
	int before = count_fds();
	CHECK(is_inherited(others[0]));
	rlimits_close_inherited(&jobserver);
	CHECK_NAMED("children inherit the standard descriptors and those of make",
	            is_inherited(0) && is_inherited(1) && is_inherited(2) &&
	                    is_inherited(kept[0]) && is_inherited(kept[1]));
	CHECK_NAMED("and no others",
	            !is_inherited(others[0]) && !is_inherited(others[1]) && count_fds() == before);
	rlimits_close_inherited(&none);
	CHECK(!is_inherited(kept[0]) && !is_inherited(kept[1]) && is_inherited(2));
	fcntl(kept[0], F_SETFD, 0);
	rlimits_close_inherited(NULL);
	CHECK(!is_inherited(kept[0]) && is_inherited(0));
}

static void
check_limits(void)
{
	unsigned long needed, limit;
	set_limit(100, 1000);
	rlimits_restore();
	CHECK_NAMED("a limit that was not raised is not restored", is_limit(100, 1000));
	CHECK(rlimits_make_room(1, &needed, &limit) && needed < 100 && limit == 1000 &&
	      is_limit(100, 1000));
	CHECK(rlimits_make_room(20, &needed, &limit) && needed > 100 && is_limit(needed, 1000));
	rlimits_restore();
	CHECK_NAMED("children get the limit of before", is_limit(100, 1000));
	CHECK_NAMED("more than the hard limit is refused",
	            !rlimits_make_room(500, &needed, &limit) && needed > 1000 && limit == 1000 &&
	                    is_limit(100, 1000));
	unsigned long one = needed, two;
	rlimits_make_room(501, &two, &limit);
	CHECK_NAMED("each slot needs as many descriptors", two > one && two - one < 20);
	rlimits_raise_all();
	CHECK(is_limit(1000, 1000));
	rlimits_raise_all();
	rlimits_restore();
	CHECK(is_limit(100, 1000));
	CHECK(!rlimits_raise(2000) && is_limit(100, 1000));
	rlimits_restore();
	CHECK(is_limit(100, 1000));
	rlimits_make_room(1, &one, &limit);
	rlimits_make_room(20, &needed, &limit);
	set_limit(one - 1, needed);
	CHECK_NAMED("as many as the hard limit are allowed",
	            rlimits_make_room(20, &needed, &limit) && is_limit(needed, needed));
}

int
main(void)
{
	check_inherited();
	if (!getenv("CHECK_VALGRIND")) /* which has limits of its own */
		check_limits();
	return check_done();
}
