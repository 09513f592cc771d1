/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/event.h>

#include <time.h>

#define NSEC_PER_SEC 1000000000
#define FIRST_DATE 31536000 /* 1971-01-01 */

static const char *const names[] = {
	"", "exists", "inprogress", "success", "uxsuccess", "skip", "fail", "xfail",
};

const char *
subunit2_status_name(enum subunit2_status status)
{
	return status <= SUBUNIT2_STATUS_XFAIL ? names[status] : "";
}

bool
subunit2_status_parse(struct subunit2_view name, enum subunit2_status *status)
{
	for (int i = SUBUNIT2_STATUS_EXISTS; i <= SUBUNIT2_STATUS_XFAIL; i++) {
		if (subunit2_view_equal(name, subunit2_view_of(names[i]))) {
			*status = (enum subunit2_status)i;
			return true;
		}
	}
	return false;
}

bool
subunit2_status_is_final(enum subunit2_status status)
{
	return status >= SUBUNIT2_STATUS_SUCCESS;
}

bool
subunit2_status_is_bad(enum subunit2_status status)
{
	return status == SUBUNIT2_STATUS_FAIL || status == SUBUNIT2_STATUS_UXSUCCESS;
}

struct subunit2_time
subunit2_time_now(void *context)
{
	struct timespec now;

	(void)context;
	clock_gettime(CLOCK_REALTIME, &now);
	return (struct subunit2_time){now.tv_sec, (uint32_t)now.tv_nsec};
}

int
subunit2_time_compare(struct subunit2_time a, struct subunit2_time b)
{
	if (a.sec != b.sec)
		return a.sec < b.sec ? -1 : 1;
	return a.nsec < b.nsec ? -1 : a.nsec > b.nsec;
}

bool
subunit2_time_is_dated(struct subunit2_time time)
{
	return time.sec >= FIRST_DATE;
}

int64_t
subunit2_time_since(struct subunit2_time a, struct subunit2_time b)
{
	int64_t sec, ns;
	bool backwards = subunit2_time_compare(a, b) < 0;
	if (__builtin_sub_overflow(a.sec, b.sec, &sec) ||
	    __builtin_mul_overflow(sec, (int64_t)NSEC_PER_SEC, &ns) ||
	    __builtin_add_overflow(ns, (int64_t)a.nsec - (int64_t)b.nsec, &ns))
		return backwards ? INT64_MIN : INT64_MAX;
	return ns;
}

struct subunit2_time
subunit2_time_add(struct subunit2_time a, int64_t ns)
{
	int64_t nsec = a.nsec + ns % NSEC_PER_SEC;
	a.sec += ns / NSEC_PER_SEC;
	if (nsec < 0) {
		nsec += NSEC_PER_SEC;
		a.sec--;
	} else if (nsec >= NSEC_PER_SEC) {
		nsec -= NSEC_PER_SEC;
		a.sec++;
	}
	a.nsec = (uint32_t)nsec;
	return a;
}
