#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# What go test -json prints, of every version of go.

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# "ID,STATUS" of each test.
statuses() {
	subunit2 convert --to=csv "$@" | sed 1d | cut -d, -f1,2 | sort | paste -sd' '
}

@test "a package that does not build fails, as text (before 1.24) and as actions" {
	for word in build setup; do
		pay=$(printf '{"Action":"%s","Package":"shop/pay"%s}\n' run ',"Test":"TestSum"' pass ',"Test":"TestSum"' pass '')
		printf 'FAIL\tshop/cart [%s failed]\n%s\n' $word "$pay" >before
		printf '# shop/cart\n./a.go:3: no\n%s\nFAIL\tshop/cart [%s failed]\nFAIL\n' "$pay" $word >after
		printf '# shop/cart\nFAIL\tshop/cart [%s failed]\nFAIL\n' $word >alone
		printf '{"Action":"output","Package":"shop/cart","Output":"FAIL\\tshop/cart [%s failed]\\n"}\n%s\n' $word "$pay" >output
		for file in before after alone output; do
			run -1 subunit2 report $file
			[ "$(subunit2 ls --failing $file)" = shop/cart ] || { echo "$file"; false; }
		done
		subunit2 filter --with="$word failed" before | subunit2 ls | grep -x shop/cart
		# It is no damage in what was declared.
		run -1 subunit2 report --from=gojson before
		run ! grep -F subunit.parser <<<"$output"
		# With pauses between, too.
		{ head -n 1 before; sleep 0.25; tail -n +2 before; } | subunit2 convert >slow
		[ "$(subunit2 ls --failing slow)" = shop/cart ]
	done
	# Told both ways, it fails once.
	cat >both <<-'END'
		{"ImportPath":"shop/cart [shop/cart.test]","Action":"build-output","Output":"a.go:3: no\n"}
		{"ImportPath":"shop/cart [shop/cart.test]","Action":"build-fail"}
		{"Action":"start","Package":"shop/cart"}
		{"Action":"fail","Package":"shop/cart","Elapsed":0,"FailedBuild":"shop/cart [shop/cart.test]"}
		FAIL	shop/cart [build failed]
	END
	[ "$(statuses both)" = 'go build shop/cart [shop/cart.test],fail shop/cart,fail' ]
}

@test "Elapsed is how long a test took" {
	cat >1.json <<-'END'
		{"Time":"2026-03-04T05:06:06Z","Action":"start","Package":"shop/pay"}
		{"Time":"2026-03-04T05:06:07Z","Action":"run","Package":"shop/pay","Test":"TestSum"}
		{"Time":"2026-03-04T05:06:07Z","Action":"pause","Package":"shop/pay","Test":"TestSum"}
		{"Time":"2026-03-04T05:07:07Z","Action":"cont","Package":"shop/pay","Test":"TestSum"}
		{"Time":"2026-03-04T05:07:09Z","Action":"pass","Package":"shop/pay","Test":"TestSum","Elapsed":2}
		{"Time":"2026-03-04T05:07:09Z","Action":"pass","Package":"shop/pay","Elapsed":63.5}
	END
	sed 's/"Time":"[^"]*",//; s/"Elapsed":2/"Elapsed":1.25/' 1.json >2.json
	grep -v '"start"\|"run"' 1.json >3.json
	lengths() {
		subunit2 report -v "$1" | sed -n 's/^pass  //p' | sort | paste -sd' '
	}
	[ "$(lengths 1.json)" = 'shop/pay  1m03s shop/pay::TestSum  2.00s' ]
	[ "$(lengths 2.json)" = 'shop/pay  1m03s shop/pay::TestSum  1.25s' ]
	[ "$(lengths 3.json)" = 'shop/pay  1m03s shop/pay::TestSum  2.00s' ]
}

@test "a result after output without a newline is found (before 1.20)" {
	glued() { # WORD ACTION [MORE]
		cat <<-END
			{"Action":"run","Package":"shop/pay","Test":"TestSum"}
			{"Action":"run","Package":"shop/pay","Test":"TestSum/sub"}
			{"Action":"output","Package":"shop/pay","Test":"TestSum/sub","Output":"half    --- $1: TestSum/sub (0.25s)\n"}
			{"Action":"output","Package":"shop/pay","Test":"TestSum/sub","Output":"half a line--- $1: TestSum (0.50s)\n"}
			$3
			{"Action":"$2","Package":"shop/pay","Elapsed":0}
		END
	}
	glued PASS pass >pass.json
	[ "$(statuses pass.json)" = 'shop/pay,success shop/pay::TestSum,success shop/pay::TestSum/sub,success' ]
	glued FAIL fail >fail.json
	[ "$(statuses fail.json)" = 'shop/pay,fail shop/pay::TestSum,fail shop/pay::TestSum/sub,fail' ]
	# A test that prints on has printed that line itself.
	glued PASS fail '{"Action":"output","Package":"shop/pay","Test":"TestSum","Output":"panic: no\n"}' >panic.json
	[[ $(statuses panic.json) == *'shop/pay::TestSum,inprogress'* ]]
}

@test "a result without a package is that of the whole run" {
	printf '%s\n' '{"Action":"run","Test":"TestSum"}' '{"Action":"pass","Test":"TestSum"}' '{"Action":"fail"}' >x.json
	run -1 subunit2 report x.json
	[ "$(subunit2 ls --failing x.json)" = 'go test' ]
	sed -i 's/fail/pass/' x.json
	subunit2 report x.json
}

@test "a package begins with its first event, and fails if it never ends (before 1.20)" {
	cat >x.json <<-'END'
		{"Time":"2026-03-04T05:06:07Z","Action":"run","Package":"shop/pay","Test":"TestSum"}
		{"Time":"2026-03-04T05:06:08Z","Action":"pass","Package":"shop/pay","Test":"TestSum","Elapsed":1}
	END
	run -1 subunit2 report x.json
	[ "$(subunit2 convert --to=events x.json | sed -n '1s/^[^ ]* //p')" = 'inprogress shop/pay runnable' ]
	echo '{"Time":"2026-03-04T05:06:09Z","Action":"pass","Package":"shop/pay"}' >>x.json
	subunit2 report x.json
	subunit2 report -v x.json | grep -x 'pass  shop/pay  2.00s'
}

recorded=$BATS_TEST_DIRNAME/fixtures/gojson

# Prints "ID,STATUS" for each test in the recorded output of go 1.$1, from the table of all versions.
expected() {
	awk -F '\t' -v "version=$1" '$1 <= version && version <= $2 && !/^#/ { print $4 "," $3 }' \
		"$recorded/expected" | LC_ALL=C sort
}

@test "recorded output of go 1.15 to 1.27 has its statuses in each version" {
	for file in "$recorded"/1.*.json; do
		version=${file##*/1.}
		subunit2 convert --to=csv "$file" | sed 1d | cut -d, -f1,2 | LC_ALL=C sort >got
		expected "${version%.json}" | diff - got || { echo "$file"; false; }
		run -1 subunit2 report -q "$file"
	done
	files=("$recorded"/1.*.json)
	[ ${#files[@]} = 8 ]
}

@test "recorded output of go: every failure that it names is a failure, and nothing else is damage" {
	for file in "$recorded"/1.*.json; do
		/usr/bin/python3 - "$file" >wanted <<-'END'
			import json, re, sys
			for line in open(sys.argv[1], encoding="utf-8"):
			    if not line.startswith("{"):
			        print(re.match(r"FAIL\t(\S+) \[(build|setup) failed\]$", line)[1])
			        continue
			    event = json.loads(line)
			    if event["Action"] == "fail":
			        print("::".join(filter(None, (event["Package"], event.get("Test")))))
			    elif event["Action"] == "build-fail":
			        print("go build", event["ImportPath"])
		END
		subunit2 ls --all --status=fail --from=gojson "$file" | LC_ALL=C sort -u >failed
		[ -z "$(LC_ALL=C sort -u wanted | comm -23 - failed)" ] || { echo "$file"; false; }
		run ! grep -F subunit. failed
	done
}

@test "a benchmark that passed has no action of its own since go 1.20" {
	grep benchgood "$recorded/1.27.json" >good
	subunit2 report good
	[ "$(statuses good | tr ' ' '\n' | grep -c ',success')" = 5 ]
	# One that was interrupted has no measurement. Go 1.25 may lose the panic and print PASS.
	for version in 21 25 27; do
		grep benchpanic "$recorded/1.$version.json" >panic
		run -1 subunit2 report panic
		[[ $(statuses panic) == *'BenchmarkTable,inprogress'*'BenchmarkTable/one,success'*'two,inprogress'* ]]
	done
	# The line may come in pieces.
	printf '%s\n' '{"Action":"run","Package":"p","Test":"BenchmarkA"}' \
		'{"Action":"output","Package":"p","Test":"BenchmarkA","Output":"BenchmarkA-2  \t"}' >pieces
	echo '{"Action":"pass","Package":"p"}' >end
	[ "$(cat pieces end | statuses)" = 'p,success p::BenchmarkA,inprogress' ]
	printf '%s\n' '{"Action":"output","Package":"p","Test":"BenchmarkA","Output":"  12\t 3.5 loops/op\n"}' >>pieces
	[ "$(cat pieces end | statuses)" = 'p,success p::BenchmarkA,success' ]
	echo '{"Action":"fail","Package":"p","Test":"BenchmarkA"}' >>pieces
	[ "$(cat pieces end | statuses)" = 'p,success p::BenchmarkA,fail' ]
}

@test "the cause of a failure is what the test printed, and a package fails because of its tests" {
	subunit2 report "$recorded/1.27.json" >text || [ $? = 1 ]
	sed -n '/^failed:/,$p' text >end
	grep -xF '  shop/pay::TestBad  # pay_test.go:15: got 5, want 6' end
	grep -F 'shop/crash::TestPanic' end | grep -F 'panic: of its own'
	run ! grep -E '(^  |# )(shop/pay  #|--- FAIL|FAIL$)' end
	grep -A9 -xE 'FAIL  shop/pay  .*' text | grep -F '10 of 25 assertions failed'
	# A package in which a test never ended has another cause.
	run ! grep -F 'assertions failed' <(grep -A5 -xE 'FAIL  shop/exit  .*' text)
	subunit2 convert --to=github "$recorded/1.27.json" >log
	grep -x '::error file=pay_test.go,line=15,title=shop/pay%3A%3ATestBad::pay_test.go:15: got 5, want 6' log
	run ! grep -F 'title=shop/pay::' log
}

@test "an action that follows text or another action on its line is read" {
	printf '{"Action":"run","Package":"p","Test":"T"}\nhalf a line{"Action":"%s","Package":"p","Test":"T"}{"Action":"%s","Package":"p"}\n' pass pass >pass.json
	subunit2 report pass.json
	subunit2 convert --to=json pass.json | grep -F '"file_text":"half a line"'
	printf '{"Action":"run","Package":"p","Test":"T"}\nwarning{"Time":"2026-01-02T03:04:05Z","Action":"fail","Package":"p","Test":"T"}\n{"Action":"pass","Package":"p"}\n' >fail.json
	[ "$(subunit2 ls --failing --all fail.json)" = p::T ]
	# Of several, each stays what it is.
	printf '{"Action":"pass","Package":"p"}{"Action":"pass","Pack\n' >cut.json
	[ "$(subunit2 convert --to=csv cut.json | cut -d, -f1,2 | sed 1d | paste -sd' ')" = 'p,success subunit.parser,fail' ]
	# Braces in a string begin no action.
	printf '{"Action":"output","Package":"p","Output":"{\\"Action\\":\\"fail\\"}"}\n{"Action":"pass","Package":"p"}\n' >quoted.json
	subunit2 report quoted.json
}

@test "actions of later versions are no damage" {
	printf '%s\n' '{"Action":"run","Package":"p","Test":"T"}' \
		'{"Action":"attr","Package":"p","Test":"T","Key":"a","Value":"b"}' \
		'{"Action":"artifacts","Package":"p","Test":"T","Path":"/x"}' \
		'{"Action":"output","Package":"p","Test":"T","Output":"no\n","OutputType":"error"}' \
		'{"Action":"pass","Package":"p","Test":"T"}' '{"Action":"pass","Package":"p"}' >x.json
	subunit2 report --from=gojson x.json
}

@test "go itself: its failures are failures, with a glued result and parallel subtests" {
	mkdir pay cart setup
	printf 'module shop\n\ngo 1.19\n' >go.mod
	cat >pay/pay_test.go <<-'END'
		package pay

		import (
			"fmt"
			"testing"
		)

		func TestSum(t *testing.T) { fmt.Print("half a line") }
		func TestBad(t *testing.T) { fmt.Print("half a line"); t.Error("got 4") }
		func TestSub(t *testing.T) {
			t.Run("v1.2", func(t *testing.T) { t.Parallel() })
			t.Run("b c", func(t *testing.T) { t.Parallel(); t.Skip("no") })
		}
	END
	printf 'package cart\n\nimport "testing"\n\nfunc TestA(t *testing.T) { undefined() }\n' >cart/cart_test.go
	printf 'package setup\n\nimport "nowhere.example/none"\n\nvar _ = none.F\n' >setup/s_test.go
	export GOFLAGS=-mod=mod GOPROXY=off GOTOOLCHAIN=local GOCACHE=$PWD/cache HOME=$PWD
	go test -json ./... >out.json 2>err || { status=$?; cat err; [ $status -lt 3 ]; }
	run -1 subunit2 report out.json
	# A build that failed has a test of its own since go 1.24.
	subunit2 ls --failing out.json | grep -v '^go build ' | sort | paste -sd' ' >failing
	[ "$(cat failing)" = 'shop/cart shop/pay shop/setup' ]
	statuses out.json | tr ' ' '\n' | grep :: | diff - <(printf 'shop/pay::%s\n' TestBad,fail \
		TestSub,success TestSub/b_c,skip TestSub/v1.2,success TestSum,success)
}

# Each of these inputs took hours or minutes when the work grew with the square of its length.
@test "packages, failures, parts of benchmarks and joined actions by the thousand take linear time" {
	/usr/bin/python3 - <<-'END'
		import json

		def actions(name, *lists):
		    with open(name, "w") as file:
		        file.writelines(json.dumps(action) + "\n" for part in lists for action in part)

		def action(word, package, test=None, **more):
		    return {"Action": word, "Package": package, **({"Test": test} if test else {}), **more}

		many = range(30000)
		parts = "BenchmarkSum" + "/" * 300000
		actions("found.json", [action("run", "p", "T"),
		                       action("output", "p", "T", Output="--- PASS: T (0.00s)\n")],
		        (action(word, f"q{n}") for n in many for word in ("start", "pass")))
		actions("failed.json", (action("fail", f"q{n}", test) for n in many for test in ("T", None)))
		actions("open.json", (action("run", "p", f"T{n}") for n in many),
		        (action("fail", "q", test) for n in many for test in ("T", None)))
		actions("parts.json", [action("run", "p", parts),
		                       action("output", "p", parts, Output="BenchmarkSum 1 9 ns/op\n")])
		with open("joined.json", "w") as file:
		    file.write("noise" + '{"Action":"run","Test":"T"' * 30000)
	END
	for input in found failed open parts joined; do
		(ulimit -t 20; exec subunit2 convert --from=gojson -o $input.json.out.subunit $input.json)
	done
	run -0 subunit2 ls --all --status=fail failed.json.out.subunit
	[ "${#lines[@]}" = 60000 ]
}

@test "the action of a build has no package and no test" {
	cat >x.json <<-'END'
		{"Action":"run","Package":"go build x","Test":"T","ImportPath":"x"}
		{"Action":"output","Package":"go build x","Test":"T","ImportPath":"x","Output":"--- PASS: T (0.00s)\n"}
		{"Action":"pass","Package":"go build x"}
	END
	subunit2 convert --to=json x.json >out
	[ "$(grep -c '"test_id":"go build x","test_status":"success"' out)" = 1 ]
}

@test "a package that did not build is named in UTF-8" {
	printf '{"Action":"start","Package":"q"}\nFAIL\t\xffp [build failed]\nFAIL\tex/\xc3\xa9 [build failed]\n' >input
	subunit2 convert --from=gojson -o out.subunit input
	[ "$(subunit2 ls --failing out.subunit | paste -sd' ')" = '\xffp ex/é q' ]
}
