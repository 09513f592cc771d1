#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# The format markdown: a job summary that no test can break out of, below 1 MiB.
# Needs: cmark-gfm

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	unset GITHUB_STEP_SUMMARY
}

html() {
	cmark-gfm --unsafe -e table -e autolink -e strikethrough "$@"
}

@test "report --slowest=0 lists no slowest tests" {
	subunit2 status a pass --duration=5s >stream
	subunit2 convert --to=markdown stream | grep -F Slowest
	subunit2 report --to=markdown --slowest=1 stream | grep -F Slowest
	run ! grep -F Slowest < <(subunit2 report --to=markdown --slowest=0 stream)
}

@test "heading, counts, causes, output, flaky and slowest tests" {
	{
		subunit2 status --timestamp=@1 a start
		subunit2 status --timestamp=@3 a fail -m $'got 5, want 6\nat t/a.t line 3' -a said=/dev/null
		subunit2 status --timestamp=@3 b pass -t flaky
		subunit2 status --timestamp=@3 c skip
	} >stream
	subunit2 convert -o out.md --title='nightly <run>' stream
	diff <(sed -n 1,12p out.md) - <<-'END'
		<h2>nightly &lt;run&gt;</h2>

		<pre>
		scripts: 1 passed, 1 failed, 1 skipped
		time: 2.00s
		not good: 1 failed
		</pre>

		<table>
		<tr><th>Status</th><th>Test</th><th>Cause</th></tr>
		<tr><td>FAIL</td><td><code>a</code></td><td>got 5, want 6; at t/a.t line 3<br><code>t/a.t:3</code></td></tr>
		</table>
	END
	grep -x '<li><code>b</code></li>' out.md
	grep -x '<details><summary>FAIL <code>a</code></summary>' out.md
	grep -x '<details><summary>Slowest tests</summary>' out.md
	grep -x '    2.00s  a' out.md
	subunit2 convert --to=markdown stream | grep -x '<h2>Test results</h2>'
	subunit2 wrap -q -o w.md -- sh -c 'exit 3' || true
	grep -xF "<h2>sh -c 'exit 3'</h2>" w.md
}

@test "ids and output cannot break out of the markup" {
	printf '%s\n' '</pre></details>' '' '# heading' '<script>alert(1)</script>' '```' '| a | b |' \
		'[x](http://example.org)' '![i](http://example.org/i)' '<!--' ']]>' >said
	subunit2 status '`</code></td><td>|<b>*x*</b>' fail -a stdout=said -m '<img src=x> | **b** `c`' >stream
	subunit2 convert --to=markdown stream >out.md
	html out.md >out.html
	/usr/bin/python3 - <<-'END'
		import html.parser
		class Reader(html.parser.HTMLParser):
		    tags, text = {}, ""
		    def handle_starttag(self, tag, attributes):
		        assert not attributes, (tag, attributes)
		        self.tags[tag] = self.tags.get(tag, 0) + 1
		    def handle_data(self, data):
		        self.text += data
		    def handle_comment(self, data):
		        assert False, data
		reader = Reader()
		reader.feed(open("out.html", encoding="utf-8").read())
		assert set(reader.tags) <= {"h2", "pre", "table", "tr", "th", "td", "code", "details", "summary"}, reader.tags
		assert reader.tags["td"] == 3 and reader.tags["details"] == 2, reader.tags
		said = open("said").read()
		assert "".join("  " + line + "\n" for line in said.splitlines()) in reader.text, reader.text
	END
}

@test "ids in lists are no Markdown" {
	subunit2 status '![i](http://example.org/i) *a* _b_ `c` [x](y) ~~d~~' pass -t flaky -t leaked >stream
	subunit2 convert --to=markdown stream | html >out.html
	run ! grep -E '<(img|em|strong|a|del)' out.html
	[ "$(grep -cF '<li><code>![i](http://example.org/i) *a* _b_ `c` [x](y) ~~d~~</code>' out.html)" = 2 ]
}

@test "the summary stays below 1 MiB and says how much is left out" {
	yes '<&"> &&&&&&&&&&&&&&&&&&&&&&&&&&&&&' | head -c 100000 >said
	for ((i = 0; i < 100; i++)); do
		subunit2 status "t$i" fail -a stdout=said
	done >stream
	seq 0 19999 | sed 's/.*/{"subunit":2,"test_id":"a long name <<<<<<<<<<<<<<<<<<<<<<< &",#/
		s/#/"test_status":"fail","runnable":true}/' | subunit2 convert --from=json >>stream
	subunit2 convert -o out.md stream
	[ "$(wc -c <out.md)" -lt 1048576 ]
	grep -E '^[0-9]+ more failures are not shown: a job summary is limited to 1 MiB\.$' out.md
	grep -E '^[0-9]+ more outputs are not shown: a job summary is limited to 1 MiB\.$' out.md
}

@test "an assertion's failure is one row, its script's none" {
	printf '1..1\nnot ok 1 - a\n' >x.tap
	subunit2 run -e cat x.tap >stream || true
	subunit2 convert -o out.md stream
	[ "$(grep -c '<tr><td>' out.md)" = 1 ]
	grep -F '<code>x.tap::a</code>' out.md
}

@test "diff --to=markdown lists the changes" {
	{ subunit2 status 'a<b>' pass; subunit2 status gone pass; } >old
	# shellcheck disable=SC2094 # the name of a test is that of a file
	{ subunit2 status 'a<b>' fail; subunit2 status new pass; } >new
	run -1 subunit2 diff --to=markdown old new
	diff - <(echo "$output") <<-'END'
		<h2>Changes</h2>

		<h3>newly failing</h3>
		<ul>
		<li><code>a&lt;b&gt;</code></li>
		</ul>

		<h3>added</h3>
		<ul>
		<li><code>new</code></li>
		</ul>

		<h3>gone</h3>
		<ul>
		<li><code>gone</code></li>
		</ul>

		1 newly failing, 1 added, 1 gone
	END
	run -2 --separate-stderr subunit2 diff --to=html old new
}
