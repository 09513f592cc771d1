# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Counts the results in the TAP of one suite, for tests/check.
#
# Variables: suite (its name), status (its exit status), seconds (its duration),
# cpu (its CPU time in seconds),
# strict ("true": a skip has failed), counts (the file to which the numbers of
# passed, failed and skipped tests are written). The report goes to stdout.

function blame(what) {
	failed++
	report = report "    " what "\n"
}

/^1\.\.[0-9]+/ {
	plans++
	planned = substr($1, 4) + 0
	next
}

/^(not )?ok( |$)/ {
	seen++
	showing = 0
	if ($1 == "not") {
		blame($0)
		showing = 1
	} else if (/[^\\]# *[Ss][Kk][Ii][Pp]/) {
		if (strict == "true")
			blame("skipped: " $0)
		else
			skipped++
	} else
		passed++
	next
}

showing {
	report = report "      " $0 "\n"
	next
}

{ other[others++ % 60] = $0 }

END {
	if (plans != 1)
		blame(plans ? plans " plans" : "no plan")
	else if (planned != seen)
		blame(planned " tests planned, " seen + 0 " seen")
	else if (!seen)
		blame("no tests")
	if (status == 124 || status == 137)
		blame("took too long, or was killed")
	else if (status != 0 && !failed)
		blame("exit status " status)
	if (failed)
		for (i = (others > 60 ? others - 60 : 0); i < others; i++)
			report = report "      " other[i % 60] "\n"
	printf "%-4s  %s: %d passed, %d failed%s, %d s, CPU %s s\n%s", failed ? "FAIL" : "ok", suite,
		passed, failed, skipped ? ", " skipped " skipped" : "", seconds, cpu, report
	print passed + 0, failed + 0, skipped + 0 > counts
}
