#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# What each test of meson.build and CMakeLists.txt does: exit STATUS, hang, killed, tap, good.
case $1 in
exit)
	echo "on stdout"
	echo "on stderr" >&2
	exit "$2"
	;;
hang) exec sleep 60 ;;
killed) kill -9 $$ ;;
tap) printf '1..4\nok 1 - one\nnot ok 2 - two\nok 3 # SKIP no network\nnot ok 4 - four # TODO one day\n' ;;
good) printf '1..2\nok 1 - one\nok 2 - two\n' ;;
esac
