#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# The html report in a browser: the table and timeline that its script makes, and a picture.
# Needs: chromium

load common

# Writes the DOM that a browser makes of page $1 to the file $2, and a picture to $2.png. The
# window is $3 pixels wide, or 1000. The browser has no network: the page must not need one.
browse() {
	timeout -k 5 200 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
		--disable-background-networking --disable-component-update --disable-sync \
		--user-data-dir="$PWD/profile" --host-resolver-rules='MAP * ~NOTFOUND' \
		--enable-logging=stderr --window-size="${3:-1000},640" --screenshot="$2.png" --dump-dom \
		"file://$PWD/$1" >"$2" 2>"$2.log" 3>&-
}

# Prints the messages of the page. Without a network, the pages of the browser itself write some, too.
script_messages() { # LOG
	grep CONSOLE "$1" | grep -v 'source: chrome://'
}

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	# 100,000 tests on eight routes. Route 5 stops early, the last test is long.
	awk 'BEGIN {
		for (route = 0; route < 8; route++)
			now[route] = 1000000
		for (i = 1; i <= 100000; i++) {
			route = i % 8
			if (route == 5 && i > 30000)
				route = 6
			length_ms = i == 100000 ? 2500000 : 100 + i * 7 % 100
			status = i % 2500 == 0 ? "fail" : i % 100 == 1 ? "skip" : "success"
			event(now[route], i, route, "inprogress", "")
			if (status == "fail")
				event(now[route], i, route, "", ",\"file_name\":\"stdout\",\"file_text\":\"</script><b>what " i " said\\n\"")
			now[route] += length_ms
			event(now[route], i, route, status, i % 1000 == 0 ? ",\"test_tags\":[\"net\"]" : "")
		}
	}
	function event(ms, i, route, status, more) {
		printf "{\"subunit\":2,\"timestamp\":\"1970-01-01T%02d:%02d:%02d.%03dZ\",\"route_code\":\"%d\",",
			ms / 3600000, ms / 60000 % 60, ms / 1000 % 60, ms % 1000, route
		printf "\"test_id\":\"t/%d.t\",%s\"runnable\":true%s}\n", i,
			status ? "\"test_status\":\"" status "\"," : "", more
	}' | subunit2 convert --from=json -o report.html
	browse "report.html#filter=t/1&status=fail,skip" whole
	# The page without its data.
	grep -v '^{"id":' whole | sed '/^<script>/,$d' >dom
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

@test "100,000 tests: a filtered table, of which only the visible rows exist" {
	grep -F '<span id="shown">117 of 100000</span>' dom
	drawn=$(grep -o 'class="row[^"]*" style' dom | wc -l)
	[ "$drawn" -ge 10 ] && [ "$drawn" -le 40 ]
	grep -F '>pass 98960<' dom
	grep -F '>FAIL 40<' dom
	grep -F '>skip 1000<' dom
	grep -E '<h1 id="verdict" class="bad">not good: 40 failed' dom
	# The first that is bad is shown, with its output as text.
	grep -F '&lt;/script&gt;&lt;b&gt;what 2500 said' dom
}

@test "the timeline has a lane for each route, and names idle routes and the test that ran longest" {
	grep -E 'aria-label="8 routes: 0 busy 100%, 1 busy 4[0-9]%, .* 5 busy 1[0-9]%, .* 7 busy 4[0-9]%"' dom
	grep -E 'Half of the routes had ended after 31m[0-9]+s; [0-9]+m[0-9]+s more for <button>t/100000.t</button>' dom
	grep -F 'Idle for long: ' dom | grep -F 'route 5, busy '
}

@test "no script error, and nothing is loaded from elsewhere" {
	run ! script_messages whole.log
	grep -F "content=\"default-src 'none'; " report.html
	grep -v '^{"id":' report.html | run ! grep -iE 'https?:|@import|url\('
}

@test "the picture is not blank: passed and failed tests, idle time, text" {
	/usr/bin/python3 - whole.png <<-'END'
		import collections, struct, sys, zlib
		data, at, packed = open(sys.argv[1], "rb").read(), 8, b""
		while at < len(data):
		    length, kind = struct.unpack(">I4s", data[at:at + 8])
		    body = data[at + 8:at + 8 + length]
		    if kind == b"IHDR":
		        width, height, depth, color = struct.unpack(">IIBB", body[:10])
		    packed += body if kind == b"IDAT" else b""
		    at += length + 12
		assert (depth, width, height) == (8, 1000, 640), (depth, width, height)
		size = {2: 3, 6: 4}[color]
		raw, above, colors = zlib.decompress(packed), bytes(width * size), collections.Counter()
		def paeth(a, b, c):
		    return min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
		for y in range(height):
		    start = y * (width * size + 1)
		    kind, line = raw[start], bytearray(raw[start + 1:start + 1 + width * size])
		    for x in range(len(line) if kind else 0):
		        a = line[x - size] if x >= size else 0
		        b, c = above[x], above[x - size] if x >= size else 0
		        line[x] = line[x] + [0, a, b, (a + b) // 2, paeth(a, b, c)][kind] & 255
		    colors.update(bytes(line[x:x + 3]) for x in range(0, len(line), size))
		    above = line
		for name, least in [("2f8f4e", 10000), ("c62f36", 500), ("e6eaee", 10000), ("1d2125", 100)]:
		    wanted = bytes.fromhex(name)
		    near = sum(count for color, count in colors.items()
		               if max(abs(x - y) for x, y in zip(color, wanted)) <= 16)
		    assert near >= least, (name, near)
	END
}

@test "more output than a page has room for: output of passed tests is left out first, with a note" {
	awk 'BEGIN {
		for (text = "0123456789"; length(text) < 60000; text = text text)
			;
		text = substr(text, 1, 60000)
		for (i = 1; i <= 700; i++) {
			printf "{\"subunit\":2,\"test_id\":\"%d\",\"runnable\":true,", i
			printf "\"file_name\":\"stdout\",\"file_text\":\"%s\"}\n", text
			printf "{\"subunit\":2,\"test_id\":\"%d\",\"runnable\":true,", i
			printf "\"test_status\":\"%s\"}\n", (i > 650 ? "fail" : "success")
		}
	}' | subunit2 convert --from=json -o large.html
	# 64 MB in all, and half of it for what passed.
	[ "$(stat -c %s large.html)" -gt 36000000 ]
	[ "$(stat -c %s large.html)" -lt 40000000 ]
	browse "large.html#test=650" large
	run ! script_messages large.log
	grep -v '^{"id":' large >dom
	grep -F '<span id="shown">700 of 700</span>' dom
	grep -F '<h1 id="verdict" class="bad">not good: 50 failed</h1>' dom
	grep -E '<li>Left out, since the page has room for 64 MB of output: [0-9]+ files</li>' dom
	grep -F '60000 bytes were left out: the page is full' dom
}

@test "more than 2,000 routes are drawn in groups" {
	awk 'BEGIN { for (i = 0; i < 5000; i++) for (s = 0; s < 2; s++) {
		printf "{\"subunit\":2,\"timestamp\":\"1970-01-01T00:00:%02dZ\",\"route_code\":\"%d/%d\",", 10 + s, i % 1000, i
		printf "\"test_id\":\"t%d\",\"test_status\":\"%s\",\"runnable\":true}\n", i, s ? "success" : "inprogress"
	} }' | tee segments.json | sed 's/"route_code":"\([0-9]*\)\//"route_code":"\1-/' >flat.json
	local kind groups
	for kind in segments:1000 flat:1667; do
		groups=${kind#*:} kind=${kind%:*}
		subunit2 convert "$kind.json" -o "$kind.html"
		browse "$kind.html" "$kind"
		run ! script_messages "$kind.log"
		grep -o "<li>5000 routes are shown in $groups groups.</li>" "$kind"
		grep -o "aria-label=\"$groups groups of routes: 0[^,]* busy 100%" "$kind"
	done
}

# The page of a small run with facts, groups, routes and causes.
small_page() {
	{
		printf '{"subunit":2,"timestamp":"2026-11-28T20:00:00Z","file_name":"%s","file_text":"%s","eof":true,"runnable":false}\n' \
			command "subunit2 run t <x>" host build7 revision 0123abcd
		local id
		for id in t/deep/a.t t/deep/b.t t/c.t; do
			printf '{"subunit":2,"timestamp":"2026-11-28T20:00:01Z","route_code":"mac/0","test_id":"%s","test_status":"inprogress","runnable":true}\n' "$id"
			printf '{"subunit":2,"route_code":"mac/0","test_id":"%s","file_name":"reason","file_text":"connect 10.0.0.%d: <refused>\\nmore","eof":true,"runnable":false}\n' "$id" "${#id}"
			printf '{"subunit":2,"timestamp":"2026-11-28T20:00:02Z","route_code":"mac/0","test_id":"%s","test_status":"fail","runnable":true}\n' "$id"
		done
		printf '{"subunit":2,"timestamp":"2026-11-28T20:00:02Z","route_code":"macs","test_id":"t/c.t::one","test_status":"success","runnable":false}\n'
		printf '{"subunit":2,"timestamp":"2026-11-28T20:00:03Z","test_id":"t/%s.t","test_status":"success","runnable":true}\n' \
			"$(printf '%0100d' 0)z"
	} | subunit2 convert --from=json -o small.html
}

@test "title, date, host, command and revision; rows in folders and scripts, with reasons" {
	small_page
	browse small.html small
	run ! script_messages small.log
	grep -F '<title>not good: 3 failed – subunit2 run t &lt;x&gt;</title>' small
	grep -F '<dt>started (UTC)</dt><dd>2026-11-28T20:00:00</dd>' small
	grep -F '<dt>command</dt><dd>subunit2 run t &lt;x&gt;</dd>' small
	grep -F '<dt>host</dt><dd>build7</dd>' small
	grep -F '<dt>revision</dt><dd>0123abcd</dd>' small
	grep -oE 'class="row group in0".{0,120}title="t/deep/">t/deep/</span><span>FAIL 2<' small
	grep -oE 'class="row group in1".{0,120}title="t/c.t">c.t</span><span>pass 1 · FAIL 1<' small
	grep -F '<span class="reason" title="connect 10.0.0.5: &lt;refused&gt;; more">' small
	# Shortened in the middle: both ends remain.
	grep -E '<span class="id">0+…0+z\.t</span>' small
	grep -F '<button class="sorted" aria-sort="ascending">status</button>' small
	grep -F 'aria-label="durations: up to 0.001s: 2, ' small
}

@test "failures are grouped by cause; a prefix of a route is a filter" {
	small_page
	browse "small.html#group=cause" causes
	[ "$(grep -o 'class="row group' causes | wc -l)" -eq 1 ]
	grep -oF 'connect 10.0.0.10: &lt;refused&gt;; more</span><span>FAIL 3<' causes
	browse "small.html#filter=mac" machine
	grep -F '<span id="shown">3 of 5</span>' machine
}

@test "machines: labels in rows and on the timeline, without the numbers of slots" {
	for machine in mac linux; do
		for slot in 0 1; do
			subunit2 status --timestamp=@1000000001 --route-code=$machine/$slot t/$slot.t start
			subunit2 status --timestamp=@100000000$((slot + 2)) --route-code=$machine/$slot t/$slot.t fail -m why
		done
	done >both
	subunit2 status --timestamp=@1000000001 --route-code=mac/0 t/f.t pass -t flaky -t leaked \
		-m $'left running: sleep (12)\nattempt 1: <no route>' >>both
	subunit2 report -q -o both.html both || true
	# The labels that the timeline draws, and what a click on the first one filters by.
	sed "s#</body>#<script>document.title = machines.map(one => one.name + ' ' + one.lanes).join(', ');\$('test').hidden = true;canvas.onclick({ clientX: 1, clientY: canvas.getBoundingClientRect().top + HEIGHT * 2.5 });document.title += ' ' + search.value</script></body>#" both.html >machines.html
	browse machines.html machines
	run ! script_messages machines.log
	grep -F '<title>linux 2, mac 2 mac</title>' machines
	grep -F '<span id="shown">3 of 5</span>' machines
	grep -F '<span title="mac/1">mac</span>' machines
	grep -F '<span class="where">mac</span>' machines
	grep -F '<span class="reason" title="flaky: attempt 1: &lt;no route&gt;; left running: sleep (12)">' machines
	run ! grep -F '<span title="linux/0">' machines
	browse "both.html#group=machine" grouped
	grep -oF 'title="linux">linux</span><span>FAIL 2<' grouped
	grep -oF 'title="mac">mac</span><span>pass 1 · FAIL 2<' grouped
	# Plain HTML says where, too, and lists what is flaky and leaked.
	grep -F '<h3>FAIL t/1.t</h3><p><strong>why</strong></p><p>on mac</p>' both.html
	grep -Fx '<li>[mac] t/f.t: attempt 1: &lt;no route&gt;</li>' both.html
	grep -Fx '<li>[mac] t/f.t: left running: sleep (12)</li>' both.html
	# One machine: no column for it.
	subunit2 filter --route=mac both | subunit2 report -q -o one.html || true
	browse one.html one
	run ! grep -F '<span class="where">' one
	run ! grep -F '<div id="list" class="placed">' one
	run ! grep -F '<p>on mac</p>' one.html
	run ! grep -F '<option value="machine">' one
}

@test "without a script the failures are plain HTML" {
	small_page
	sed -n '/<div id="plain">/,$p' small.html >plain
	[ "$(grep -c '<h3>FAIL t/' plain)" -eq 3 ]
	grep -F '<h3>FAIL t/deep/a.t</h3><p><strong>connect 10.0.0.10: &lt;refused&gt;; more</strong></p>' plain
}

@test "keys: j and k choose the next and the previous test, / goes to the filter, Enter hides the test" {
	small_page
	local keys
	press() { # FILE KEY...
		local file=$1
		shift
		sed "s#</body>#<script>for (const key of '$*'.split(' ')) document.dispatchEvent(new KeyboardEvent('keydown', { key }));document.title = document.activeElement.type + ' ' + \$('test').hidden + ' ' + chosen.id</script></body>#" small.html >"$file.html"
		browse "$file.html" "$file"
		run ! script_messages "$file.log"
		sed -n 's#.*<title>\(.*\)</title>.*#\1#p' "$file"
	}
	[ "$(press keys j)" = "undefined false t/deep/b.t" ]
	[ "$(press keys j j k)" = "undefined false t/deep/b.t" ]
	[ "$(press keys j /)" = "search false t/deep/b.t" ]
	[ "$(press keys Enter)" = "undefined true t/deep/a.t" ]
}

@test "under Jenkins' policy, which forbids scripts and styles, the failures are on the page" {
	small_page
	sed "s#<title>#<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self'; style-src 'self'\"><title>#" small.html >jenkins.html
	browse jenkins.html jenkins
	grep 'CONSOLE.*Executing inline script' jenkins.log
	[ "$(grep -c '<h3>FAIL t/' jenkins)" -eq 3 ]
	grep -F '<div id="filter" hidden' jenkins
}

@test "a page of 20,000 tests opens fast" {
	awk 'BEGIN { for (i = 0; i < 20000; i++) for (s = 0; s < 2; s++) {
		printf "{\"subunit\":2,\"timestamp\":\"1970-01-01T00:00:%02dZ\",\"route_code\":\"%d\",", 10 + s, i % 4
		printf "\"test_id\":\"t/d%d/t%d\",\"test_status\":\"%s\",\"runnable\":true}\n", i % 50, i, s ? "success" : "inprogress"
	} }' | subunit2 convert --from=json -o many.html
	sed 's#"use strict";#"use strict"; const began = performance.now();#; s#</body>#<script>document.title = Math.round(performance.now() - began)</script></body>#' many.html >timed.html
	browse timed.html timed
	ms=$(sed -n 's#.*<title>\(.*\)</title>.*#\1#p' timed)
	echo "# its script took $ms ms" >&3
	# Half a second, and room for a machine that does other work.
	[ "$ms" -le 3000 ]
}

@test "the colors of a test are shown; other control bytes stay escapes" {
	printf 'a\033[1;31mred <b>\033[0m plain\033[2J\033[38;5;3mx\033[32mgreen\n' >said
	subunit2 status x fail -a stdout=said | subunit2 convert -o colors.html
	browse 'colors.html' colors
	grep -F '<span class="">a</span><span class="sgr1 bold">red &lt;b&gt;</span><span class=""> plain\x1b[2J</span>' colors
	grep -F '<span class="sgr2">green' colors
}

@test "in a narrow window, the reason of a row stands below its name" {
	subunit2 status t/a fail -m 'disk full' | subunit2 convert -o narrow.html
	sed 's#</body>#<script>{ const reason = document.querySelector(".reason").getBoundingClientRect(), id = document.querySelector(".row .name .id").getBoundingClientRect(); document.title = reason.top >= id.bottom \&\& reason.width > 60 ? "below" : "beside"; }</script></body>#' narrow.html >measured.html
	browse measured.html narrow 420
	grep -F '<title>below</title>' narrow
	browse measured.html wide
	grep -F '<title>beside</title>' wide
}
