/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "compat.h"

#include <stddef.h>

const struct command compat_programs[] = {
	{"subunit-output", "status", compat_output},
	{"subunit-filter", "filter", compat_filter},
	{"subunit-ls", "ls", compat_ls},
	{"subunit-stats", "report", compat_stats},
	{"subunit-tags", "filter", compat_tags},
	{"subunit-1to2", "convert", compat_1to2},
	{"subunit-2to1", "convert", compat_2to1},
	{"subunit-notify", "report", compat_notify},
	{"subunit-diff", "diff", cmd_diff},
	{"subunit2csv", "convert", compat_csv},
	{"subunit2disk", "convert", compat_disk},
	{"subunit2junitxml", "convert", compat_junitxml},
	{"subunit2pyunit", "report", compat_pyunit},
	{"subunit2gtk", "report", compat_gtk},
	{"tap2subunit", "convert", compat_tap},
	{"gojson2subunit", "convert", compat_gojson},
	{"junitxml2subunit", "convert", compat_junitxml_in},
	{"subunit-combine", "mux", compat_combine},
	{0},
};
