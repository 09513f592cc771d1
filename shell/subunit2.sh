# subunit2.sh: test results from shell scripts, as subunit version 2.
#
# For any POSIX shell: dash, bash, busybox, ksh. Read it in with
#
#     . subunit2.sh
#
# Nothing here ends the script, changes its options or needs them changed: it
# works with and without `set -e` and `set -u`.
#
# Where the events go: to the stream of the `subunit2 wrap` or `run` around the
# script, if there is one; else to standard output, as packets into a pipe or
# file and as readable text on a terminal. SUBUNIT2 names the program, if it is
# not in PATH.
#
#   subunit2_test NAME COMMAND [ARG...]   runs COMMAND, a function too, as the step NAME: it passes
#                                         with exit status 0, is skipped with 77, else fails, with
#                                         its output attached; returns its exit status (0 for 77)
#   subunit2_skip NAME [REASON]           the step is skipped
#   subunit2_xfail NAME COMMAND [ARG...]  as subunit2_test, but COMMAND is expected to fail; returns 0
#                                         if it does
#
# The functions of the version 1 bindings, under their names; the last four read
# details on standard input, unless that is a terminal:
#
#   subunit_start_test NAME      subunit_pass_test NAME
#   subunit_fail_test NAME       subunit_error_test NAME      subunit_skip_test NAME
#
# A script that must also run where subunit2 is not installed begins with
#
#     . subunit2.sh 2>/dev/null || {
#         subunit2_test() { shift; "$@"; }
#         subunit2_skip() { echo "skipped: $*"; }
#         subunit2_xfail() { shift; ! "$@"; }
#     }
#
# (in a POSIX shell, `.` of a file that is missing ends the script: test for it
# with `command -v subunit2` first where that can be).

# Calls `subunit2 status` so that it writes where the events go.
_subunit2_status() {
    if [ -n "${SUBUNIT2_OUTPUT-}" ]; then
        "${SUBUNIT2:-subunit2}" status -o @wrap "$@"
    else
        "${SUBUNIT2:-subunit2}" status "$@"
    fi
}

# The id of the step $1: under the running test, if there is one.
_subunit2_id() {
    if [ -n "${SUBUNIT2_TEST_ID-}" ]; then
        printf '::%s\n' "$1"
    else
        printf '%s\n' "$1"
    fi
}
