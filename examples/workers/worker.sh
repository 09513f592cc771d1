#!/bin/sh
# A worker: runs the tests that are requested on standard input, one after the other.
# A test's id is the path of a script. See subunit2(5), WORKERS.
#
# The end of the input ends the test that runs: TERM reaches the wrap, which ends its script.
{
	subunit2 convert --from=subunit --to=json
	kill -TERM 0
} | while IFS= read -r event; do
	case $event in
	*'"test_status":"exists"'*)
		id=${event#*\"test_id\":\"}
		id=${id%%\"*}
		subunit2 wrap --exit=stream --to=subunit -i "$id" -- sh "$id" </dev/null
		;;
	esac
done
