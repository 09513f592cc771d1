# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# shellcheck shell=sh
# subunit2.sh: test results from shell scripts, as subunit version 2.
#
# For any POSIX shell: dash, bash, busybox, ksh. Read it in with
#
#     . subunit2.sh
#
# Nothing here ends the script or changes its options; it works with and without
# `set -e` and `set -u`.
#
# Events go to the stream of the `subunit2 wrap` or `run` around the script, if
# there is one; else to standard output, as packets into a pipe or a file, and as
# readable text on a terminal. SUBUNIT2 names the program if it is not in PATH.
#
#   subunit2_test NAME COMMAND [ARG...]   COMMAND, which may be a function, is the step NAME: it
#                                         passes with exit status 0, is skipped with 77, and fails
#                                         otherwise; its output is attached. Returns its exit
#                                         status, and 0 for 77
#   subunit2_xfail NAME COMMAND [ARG...]  the same, but COMMAND is expected to fail: returns 0 when
#                                         it does, and 1 when it does not
#   subunit2_skip NAME [REASON]           the step is skipped
#
# COMMAND runs in a subshell, with `set -e` where the script has it (but in ksh not
# when the step stands in a condition).
#
# The functions of the version 1 bindings, under their names; the last three read
# details on standard input, unless that is a terminal:
#
#   subunit_start_test NAME      subunit_pass_test NAME
#   subunit_fail_test NAME       subunit_error_test NAME      subunit_skip_test NAME
#
# A script that must also run where subunit2 is not installed begins with
#
#     if command -v subunit2 >/dev/null; then
#         . /usr/local/share/subunit2/subunit2.sh
#     else
#         subunit2_test() { shift; "$@"; }
#         subunit2_xfail() { shift; ! "$@"; }
#         subunit2_skip() { echo "skipped: $*"; }
#     fi

# `subunit2 status`, writing where the events go.
_subunit2_status() {
    "${SUBUNIT2:-subunit2}" status -o @wrap "$@"
}

# The id of the step $1: below the test that runs, if there is one.
_subunit2_id() {
    printf '%s%s\n' "${SUBUNIT2_TEST_ID:+::}" "$1"
}

# Runs a command in a subshell, its output into the file $1. Whoever called us may
# be in a condition, where `set -e` does not work: in a command of its own in the
# background it does, and in bash in a trap.
_subunit2_capture() {
    _subunit2_file=$1
    shift
    case $- in
    *e*) _subunit2_set=-e ;;
    *) _subunit2_set=+e ;;
    esac
    (
        if [ -n "${BASH_VERSION-}" ]; then
            trap 'trap - EXIT; set "$_subunit2_set"; "$@"; exit $?' EXIT
            exit
        fi
        set "$_subunit2_set"
        "$@"
    ) >"$_subunit2_file" 2>&1 </dev/null &
    wait $!
}

# Runs the step $1 by the rest of the arguments; its exit status is $_subunit2_exit.
_subunit2_run() {
    _subunit2_step=$(_subunit2_id "$1")
    shift
    _subunit2_output=$(mktemp "${TMPDIR:-/tmp}/subunit2.XXXXXX") || return
    _subunit2_status "$_subunit2_step" inprogress || return
    _subunit2_exit=0
    _subunit2_capture "$_subunit2_output" "$@" || _subunit2_exit=$?
}

# Ends that step with the status $1.
_subunit2_end() {
    if [ -s "$_subunit2_output" ]; then
        _subunit2_status --attach="output=$_subunit2_output" "$_subunit2_step" "$1"
    else
        _subunit2_status "$_subunit2_step" "$1"
    fi
    _subunit2_ended=$?
    rm -f "$_subunit2_output"
    return "$_subunit2_ended"
}

subunit2_test() {
    _subunit2_run "$@" || return
    case $_subunit2_exit in
    0) _subunit2_end success ;;
    77) _subunit2_end skip ;;
    *)
        _subunit2_end fail || return
        return "$_subunit2_exit"
        ;;
    esac
}

subunit2_xfail() {
    _subunit2_run "$@" || return
    if [ "$_subunit2_exit" = 0 ]; then
        _subunit2_end uxsuccess || return
        return 1
    fi
    _subunit2_end xfail
}

subunit2_skip() {
    _subunit2_status ${2:+"--message=$2"} "$(_subunit2_id "$1")" skip
}

# The status $2 of the test $1, with what stands on standard input.
_subunit2_detailed() {
    if [ -t 0 ]; then
        _subunit2_status "$1" "$2"
    else
        _subunit2_status --attach=traceback=- --mime-type='text/plain;charset=utf8' "$1" "$2"
    fi
}

subunit_start_test() { _subunit2_status "$1" inprogress; }
subunit_pass_test() { _subunit2_status "$1" success; }
subunit_fail_test() { _subunit2_detailed "$1" fail; }
subunit_error_test() { _subunit2_detailed "$1" fail; }
subunit_skip_test() { _subunit2_detailed "$1" skip; }
