/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The limit that earlier runs give. */
#include "auto_timeout.h"
#include "check.h"

#include <stdint.h>
#include <string.h>

#define S 1000000000LL

int
main(void)
{
	CHECK(auto_timeout_ns(2 * S) == 20 * S);
	CHECK(auto_timeout_ns(S + 1) == 10 * S + 10 && auto_timeout_ns(S) == 10 * S);
	CHECK_NAMED("the limit is at least 10 seconds",
	            auto_timeout_ns(0) == 10 * S && auto_timeout_ns(S - 1) == 10 * S);
	CHECK(auto_timeout_ns(-1) == 0 && auto_timeout_ns(INT64_MAX) == 0);
	CHECK(auto_timeout_ns(INT64_MAX / 10) == INT64_MAX / 10 * 10 &&
	      auto_timeout_ns(INT64_MAX / 10 + 1) == 0);
	char *text = auto_timeout_text(3 * S);
	CHECK(strcmp(text, "30.00s; the longest known time is 3.00s\n") == 0);
	struct subunit2_event event = auto_timeout_event(text, "t.sh");
	CHECK(subunit2_view_equal(event.test_id, SUBUNIT2_LITERAL("t.sh")) && event.runnable &&
	      event.eof && event.status == SUBUNIT2_STATUS_NONE);
	CHECK(subunit2_view_equal(event.file_name, SUBUNIT2_LITERAL("timeout")) &&
	      subunit2_view_equal(event.file_bytes, subunit2_view_of(text)) &&
	      subunit2_view_present(event.mime_type));
	free(text);
	return check_done();
}
