# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# shellcheck shell=sh
# subunit2.sh: functions that report test results from shell scripts.
#
# For any POSIX shell: dash, bash, busybox, ksh. Read it with
#
#     . subunit2.sh
#
# The functions never end the script and do not change its options. They work with
# and without `set -e` and `set -u`.
#
# If the script runs under `subunit2 wrap` or `subunit2 run`, events go to that stream.
# Otherwise they go to standard output, as packets into a pipe or a file, and as
# readable text on a terminal. SUBUNIT2 names the program if it is not in PATH.
#
#   subunit2_test NAME COMMAND [ARG...]   runs COMMAND, a program or a function, as the step NAME.
#                                         The step passes with exit status 0, is skipped with 77,
#                                         and fails otherwise. Attaches the output, and as
#                                         the reason an exit status other than 0. Returns the exit
#                                         status, but 0 for 77. If no temporary file can be made
#                                         for the output, or the events of steps within it cannot
#                                         be written, the step fails, and 1 is returned
#   subunit2_xfail NAME COMMAND [ARG...]  the same for a COMMAND that is expected to fail. Returns 0
#                                         if it fails, and 1 if it does not. 126 and 127, for a
#                                         COMMAND that cannot be run, are a failure, and returned
#   subunit2_skip NAME [REASON]           reports the step as skipped
#
# COMMAND runs in a subshell. If the script has `set -e`, so has the subshell, even if
# the step is part of a condition (except in ksh).
#
# The following functions have the names of the version 1 bindings. The last three read
# details from standard input, unless that is a terminal:
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

# Runs `subunit2 status`; -o @wrap is the stream of the wrap or run around the script. Without one, the
# events of a step within a step go to a file, since standard output is captured there.
_subunit2_write() {
    if [ -n "${_subunit2_events-}" ] && [ -z "${SUBUNIT2_OUTPUT-}" ]; then
        "${SUBUNIT2:-subunit2}" status -o "subunit:$_subunit2_events" "$@"
    else
        "${SUBUNIT2:-subunit2}" status -o @wrap "$@"
    fi
}

# Writes an event. If it cannot be written, for example because the name of a step is empty or not
# UTF-8, the failed step "subunit2.sh" takes its place.
_subunit2_status() {
    _subunit2_written=0
    _subunit2_write "$@" || _subunit2_written=$?
    case $_subunit2_written in
    0 | 126 | 127) ;;
    *) _subunit2_write --message='a step cannot be reported' -- "$(_subunit2_id subunit2.sh)" fail ;;
    esac
    return "$_subunit2_written"
}

# Prints the id of the step $1: below the running test, if there is one.
_subunit2_id() {
    command printf '%s%s\n' "${SUBUNIT2_TEST_ID:+::}" "$1"
}

# Runs a command in a subshell and writes its output to a file in $_subunit2_folder, and without a wrap
# the events of its steps to another. In a condition, `set -e` has no effect, so the command runs in the
# background, where it has, and in bash in a trap.
_subunit2_capture() {
    case $- in
    *e*) _subunit2_set=-e ;;
    *) _subunit2_set=+e ;;
    esac
    (
        [ -n "${SUBUNIT2_OUTPUT-}" ] || export _subunit2_events="$_subunit2_folder/events"
        if [ -n "${BASH_VERSION-}" ]; then
            trap 'trap - EXIT; set "$_subunit2_set"; "$@"; exit "$?"' EXIT
            exit
        fi
        set "$_subunit2_set"
        "$@"
    ) >"$_subunit2_folder/output" 2>&1 </dev/null &
    command wait "$!"
}

# Runs the rest of the arguments as the step $1. Sets _subunit2_exit to the exit status. Returns another
# status than 0 if the step has already ended as failed, or could not begin.
_subunit2_run() {
    _subunit2_step=$(_subunit2_id "${1-}")
    shift "$(($# > 0))"
    _subunit2_status -- "$_subunit2_step" inprogress || return
    if [ "$#" -eq 0 ]; then
        _subunit2_status --message='no command' -- "$_subunit2_step" fail
        return 2
    fi
    _subunit2_folder=$(command mktemp -d "${TMPDIR:-/tmp}/subunit2.XXXXXX") || {
        _subunit2_status --message='cannot make a temporary file for the output' -- "$_subunit2_step" fail
        return 1
    }
    case $_subunit2_folder in
    /*) ;;
    *) _subunit2_folder=$PWD/$_subunit2_folder ;;
    esac
    _subunit2_exit=0
    _subunit2_capture "$@" || _subunit2_exit=$?
    if [ -s "$_subunit2_folder/events" ] && ! _subunit2_forward "$_subunit2_folder/events"; then
        _subunit2_end fail 'the events of its steps cannot be written' || return
        return 1
    fi
}

# Writes the events of steps within a step, from the file $1, where this script's events go.
_subunit2_forward() {
    if [ -n "${_subunit2_events-}" ]; then
        command cat "$1" >>"$_subunit2_events"
    elif [ -t 1 ]; then
        "${SUBUNIT2:-subunit2}" filter --to=events "$1"
    else
        "${SUBUNIT2:-subunit2}" filter "$1"
    fi
}

# Ends the step with the status $1 and the reason $2, if there is one.
_subunit2_end() {
    set -- ${2:+"--message=$2"} -- "$_subunit2_step" "$1"
    [ ! -s "$_subunit2_folder/output" ] || set -- --attach="output=$_subunit2_folder/output" "$@"
    _subunit2_ended=0
    _subunit2_status "$@" || _subunit2_ended=$?
    command rm -rf "$_subunit2_folder"
    return "$_subunit2_ended"
}

subunit2_test() {
    _subunit2_run "$@" || return
    case $_subunit2_exit in
    0) _subunit2_end success ;;
    77) _subunit2_end skip "exit status 77" ;;
    *)
        _subunit2_end fail "exit status $_subunit2_exit" || return
        return "$_subunit2_exit"
        ;;
    esac
}

subunit2_xfail() {
    _subunit2_run "$@" || return
    case $_subunit2_exit in
    0)
        _subunit2_end uxsuccess || return
        return 1
        ;;
    126 | 127)
        _subunit2_end fail "exit status $_subunit2_exit" || return
        return "$_subunit2_exit"
        ;;
    *) _subunit2_end xfail ;;
    esac
}

subunit2_skip() {
    _subunit2_status ${2:+"--message=$2"} -- "$(_subunit2_id "${1-}")" skip
}

# Reports the status $2 of the test $1, with details from standard input.
_subunit2_detailed() {
    if [ -t 0 ]; then
        _subunit2_status -- "$1" "$2"
    else
        _subunit2_status --attach=traceback=- --mime-type='text/plain;charset=utf8' -- "$1" "$2"
    fi
}

subunit_start_test() { _subunit2_status -- "$1" inprogress; }
subunit_pass_test() { _subunit2_status -- "$1" success; }
subunit_fail_test() { _subunit2_detailed "$1" fail; }
subunit_error_test() { _subunit2_detailed "$1" fail; }
subunit_skip_test() { _subunit2_detailed "$1" skip; }
