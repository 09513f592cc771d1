/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "capture_format.h"

#include <stddef.h>

const char *const capture_format_names[] = {
	[CAPTURE_FORMAT_AUTO] = "auto",         [CAPTURE_FORMAT_TAP] = "tap",
	[CAPTURE_FORMAT_KTAP] = "ktap",         [CAPTURE_FORMAT_AUTOMAKE] = "automake",
	[CAPTURE_FORMAT_CTEST] = "ctest",       [CAPTURE_FORMAT_MESON] = "meson",
	[CAPTURE_FORMAT_PROVE] = "prove",       [CAPTURE_FORMAT_AUTOTEST] = "autotest",
	[CAPTURE_FORMAT_DEJAGNU] = "dejagnu",   [CAPTURE_FORMAT_SUBUNIT] = "subunit",
	[CAPTURE_FORMAT_SUBUNIT1] = "subunit1", [CAPTURE_FORMAT_TEXT] = "text",
	[CAPTURE_FORMAT_DRIVEN] = NULL,
};
