# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# completions.zsh FOLDER LINE...: prints the matches that zsh completes for each LINE, on one line.
# FOLDER holds the completion script.
zmodload zsh/zpty
folder=$1
shift
zpty shell zsh -f -i
zpty -w shell "fpath=(${(q)folder} \$fpath) PS1= PS2="
zpty -w shell "$(cat <<'END'
autoload -Uz compinit && compinit -u -D
compadd() {
	[[ ${@[1,(i)(-|--)]} = *-(O|A|D)\ * ]] && { builtin compadd "$@"; return }
	local -a hits
	builtin compadd -A hits "$@"
	[[ $#hits = 0 ]] || print -rl -- "<"$^hits">"
}
all_told() { print -r "<>"; compstate[insert]= compstate[list]=; comppostfuncs=(all_told) }
comppostfuncs=(all_told)
bindkey '^I' complete-word
END
)"
zpty -w shell 'print rea""dy'
zpty -r shell out '*ready*'
for line; do
	zpty -n -w shell $'\C-u'"$line"$'\t'
	zpty -r shell out '*<>*' || exit
	print -r -- $(print -r -- $out | tr -d '\r' | grep -oE '<[^<>]+>' | tr -d '<>')
done
