# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# shellcheck shell=bash
# bash completion for subunit2. Commands and options are taken from the program's help.

# Prints the options of a command, one on each line: "-x VALUE" or "--name VALUE".
_subunit2_options() { # PROGRAM COMMAND
	"$1" help "$2" 2>/dev/null |
		sed -nE 's/^  ((-.),|   ) --([a-z-]+)(=([^ ]+))?(  .*)?$/\2 \5\n--\3 \5/p' |
		sed '/^ /d'
}

# Prints the formats that can be read (r) or written (w).
_subunit2_formats() { # PROGRAM r|w
	"$1" help convert 2>/dev/null | sed -nE "s/^  ([a-z0-9]+) +[r-]*$2[w-]*  .*/\1/p"
}

_subunit2_words() { # WORD...
	mapfile -t COMPREPLY < <(compgen -W "$*" -- "$cur")
}

_subunit2_files() { # -f|-d
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
}

# Completes a value, by its name in the help: FILE, DIR, FORMAT, a|b|c.
_subunit2_value() { # PROGRAM OPTION VALUE
	local list
	case $3 in
	FORMAT)
		[[ $2 = --from ]] && list=r || list=w
		_subunit2_words "$(_subunit2_formats "$1" "$list")"
		;;
	*PATH* | *FILE | STREAM) _subunit2_files -f ;;
	DIR) _subunit2_files -d ;;
	COMMAND | INTERPRETER) mapfile -t COMPREPLY < <(compgen -c -- "$cur") ;;
	STATUS,...)
		list=${cur%"${cur##*,}"}
		cur=${cur##*,}
		_subunit2_words exists inprogress success uxsuccess skip fail xfail start pass passed ok failed skipped todo
		COMPREPLY=("${COMPREPLY[@]/#/$list}")
		;;
	*'|'*)
		list=${3//|/ }
		_subunit2_words "${list//[A-Z]/}"
		;;
	esac
}

# Completes the command line that wrap runs, which begins at word $1.
_subunit2_wrapped() {
	if declare -F _command_offset >/dev/null; then
		_command_offset "$1"
	elif ((COMP_CWORD == $1)); then
		mapfile -t COMPREPLY < <(compgen -c -- "$cur")
	else
		_subunit2_files -f
	fi
}

_subunit2() {
	local program=$1 cur=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]}
	local commands value option ended='' i=2 arguments=0
	local -A values=()
	COMPREPLY=()
	commands=$("$program" --help 2>/dev/null | sed -nE 's/^  ([a-z][a-z-]*)  .*/\1/p')
	if ((COMP_CWORD == 1)); then
		case $cur in
		-*) _subunit2_words --help --version -h ;;
		*)
			_subunit2_files -f
			mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$commands help" -- "$cur")
			;;
		esac
		return
	elif [[ $command = help ]]; then
		_subunit2_words "$commands"
		return
	fi

	while read -r option value; do
		values[$option]=$value
	done < <(_subunit2_options "$program" "$command")

	# COMP_WORDS has `=` and `:` as separate words.
	while ((i < COMP_CWORD)); do
		option=${COMP_WORDS[i]}
		case $option in
		--) ((++i)) && ended=1 && break ;;
		[=:]) ((i += 2)) ;;
		-*)
			if [[ ${COMP_WORDS[i + 1]} = = ]]; then
				((i += 3))
			elif [[ ${values[$option]} ]]; then
				((i += 2))
			else
				((i += 1))
			fi
			;;
		*)
			[[ $command = wrap ]] && break
			((i += 1, arguments += 1))
			;;
		esac
	done
	if ((i > COMP_CWORD)) && [[ $option = -* ]]; then
		[[ $cur = = ]] && cur=
		_subunit2_value "$program" "$option" "${values[$option]}"
	elif [[ $cur = [=:] || ${COMP_WORDS[COMP_CWORD - 1]} = [=:] ]]; then
		cur=${cur#[=:]}
		_subunit2_files -f
	elif [[ $command = wrap ]] && { [[ $ended || $cur != -* ]] || ((i < COMP_CWORD)); }; then
		_subunit2_wrapped "$i"
	elif [[ $cur = -* && ! $ended ]]; then
		for option in "${!values[@]}"; do
			[[ $option = --* && ${values[$option]} ]] && option+='='
			[[ $option = "$cur"* ]] && COMPREPLY+=("$option")
		done
		[[ ${COMPREPLY[*]} = *= ]] && compopt -o nospace 2>/dev/null
	elif [[ $command = status && $arguments = 1 ]]; then
		_subunit2_words exists inprogress success uxsuccess skip fail xfail \
			start pass passed ok failed skipped todo
	elif [[ $command != status ]]; then
		_subunit2_files -f
	fi
}

complete -F _subunit2 subunit2
