# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# fish completion for subunit2. Commands and options are taken from the program's help.

# Returns true if the command line is that of one of these commands.
function __subunit2_is
    set -l words (commandline -opc)
    set -q words[2]; and contains -- $words[2] $argv
end

# Prints the formats that can be read (r) or written (w).
function __subunit2_formats
    command subunit2 help convert | string replace -rf "^  ([a-z0-9]+) +[r-]*$argv[1][w-]*  .*" '$1'
end

# Returns true if the command has at least so many arguments. A value that is separated from
# its option by a blank counts as an argument.
function __subunit2_arguments
    set -l words (string match -v -- '-*' (commandline -opc)[3..-1])
    test (count $words) -ge $argv[1]
end

# Prints the options of `complete` for a value, by its name in the help: FILE, DIR, FORMAT, a|b|c.
function __subunit2_value
    set -l statuses exists inprogress success uxsuccess skip fail xfail start pass passed ok failed skipped todo
    switch $argv[2]
        case ''
        case FORMAT
            test $argv[1] = from; and set -l use r; or set -l use w
            printf '%s\n' -x -a "(__subunit2_formats $use)"
        case '*PATH*' '*FILE' STREAM
            printf '%s\n' -r -F
        case DIR
            printf '%s\n' -x -a '(__fish_complete_directories (commandline -ct))'
        case COMMAND INTERPRETER
            printf '%s\n' -x -a '(__fish_complete_command)'
        case 'STATUS,...'
            printf '%s\n' -x -a "(__fish_append , $statuses)"
        case '*|*'
            printf '%s\n' -x -a (string match -rv '^[A-Z]+$' (string split '|' -- $argv[2]) | string join ' ')
        case '*'
            printf '%s\n' -x
    end
end

complete -c subunit2 -n __fish_is_first_arg -l help -s h -d 'show the commands'
complete -c subunit2 -n __fish_is_first_arg -l version -d 'show the version'
complete -c subunit2 -n __fish_is_first_arg -a help -d 'show the help of a command'
complete -c subunit2 -n '__subunit2_is status help' -f
complete -c subunit2 -n '__subunit2_is status; and __subunit2_arguments 1' \
    -a 'exists inprogress success uxsuccess skip fail xfail start pass passed ok failed skipped todo'
complete -c subunit2 -n '__subunit2_is wrap' -x -a '(__fish_complete_subcommand --fcs-skip=2)'

for line in (command subunit2 --help)
    set -l command (string match -r '^  ([a-z][a-z-]*)  +(.*)' -- $line); or continue
    set -l name $command[2]
    complete -c subunit2 -n __fish_is_first_arg -a $name -d $command[3]
    complete -c subunit2 -n '__subunit2_is help' -a $name -d $command[3]
    for option in (command subunit2 help $name)
        set -l found (string match -r '^  (-.,|   ) --([a-z-]+)((?:=\S+)?) *(.*)$' -- $option); or continue
        set -l short
        string match -q -- '-*' $found[2]; and set short -s (string sub -s 2 -l 1 -- $found[2])
        set -l value (string sub -s 2 -- $found[4])
        complete -c subunit2 -n "__subunit2_is $name" -l $found[3] $short -d "$found[5]" \
            (__subunit2_value $found[3] "$value")
    end
end
