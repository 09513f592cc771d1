/* Times of 1970 have no date: if others have one, these end when the others begin. */
const year = 31536e6, dated = tests.filter(test => test.start >= year);
const undated = tests.filter(test => test.stop < year);
if (dated.length && undated.length) {
	const first = dated.reduce((first, test) => Math.min(first, test.start), Infinity);
	const last = undated.reduce((last, test) => Math.max(last, test.stop), 0);
	for (const test of undated) test.start += first - last, test.stop += first - last;
}

/* The table. Only the rows that are visible exist as elements. */
const begin = tests.reduce((first, test) => Math.min(first, test.start ?? Infinity), Infinity);
const columns = [
	["status", test => bad[test.status] ?? 3],
	["test", test => test.id],
	["length", test => -(duration(test) ?? -1)],
	["began at", test => test.start ?? Infinity],
	["route", test => test.label ?? ""],
];
/* People see where a test ran if the tests ran at several places. */
const labels = new Set(tests.map(test => test.label).filter(Boolean));
const where = test => labels.size > 1 ? visible(test.label ?? "", false) : "";
$("list").classList.toggle("placed", labels.size > 1);
if (labels.size < 2) document.querySelector("#grouping [value=machine]").remove();
let order = 0, backwards = false, shown = [], chosen = null;
const search = document.querySelector("#filter input");
const rows = $("rows");

for (const [i, [name]] of columns.entries())
	$("head").append(element("button", { textContent: name, onclick() {
		backwards = order === i && !backwards;
		order = i;
		select();
	} }));
function markOrder() {
	[...$("head").children].forEach((button, i) => {
		button.className = i !== order ? "" : backwards ? "sorted backwards" : "sorted";
		button.ariaSort = i !== order ? "none" : backwards ? "descending" : "ascending";
	});
}

const counts = {};
for (const test of tests) counts[test.status] = (counts[test.status] ?? 0) + 1;
const boxes = {};
for (const status of Object.keys(words)) {
	if (!counts[status]) continue;
	boxes[status] = element("input", { type: "checkbox", checked: true, onchange: select });
	const label = element("label", {}, boxes[status], words[status] + " " + counts[status]);
	label.style.color = `var(--${status || "none"})`;
	label.style.marginRight = "10px";
	$("statuses").append(label);
}
$("assertions").parentElement.hidden = tests.every(test => test.runnable) || !tests.some(test => test.runnable);
$("assertions").onchange = $("grouping").onchange = search.oninput = select;

function matches(test, wanted) {
	return boxes[test.status].checked && (test.runnable || $("assertions").checked || $("assertions").parentElement.hidden) &&
		(!wanted || test.id.toLowerCase().includes(wanted) || isOnRoute(test, wanted) ||
		 test.tags?.some(tag => tag.toLowerCase() === wanted));
}
/* "mac" is the route "mac", each that begins with "mac/", and the label "mac". */
function isOnRoute(test, wanted) {
	const route = test.route?.toLowerCase();
	return route === wanted || test.label?.toLowerCase() === wanted || (route !== undefined && route.startsWith(wanted.replace(/\/*$/, "/")));
}

/* The groups: the folder of a script, and the script of an assertion, or the cause of a failure.
 * lines holds what the table shows, in order: groups ({ name, ... }) and tests ({ test, depth }).
 * The first cut characters of a name are left out, as the group above the line shows them. */
const closed = new Set();
const folderOf = id => id.slice(0, id.lastIndexOf("/", id.includes("::") ? id.indexOf("::") : id.length) + 1);
const scriptOf = id => id.includes("::") ? id.slice(0, id.indexOf("::")) : id;
let lines = [];
function groupLine(name, tests) {
	const by = {};
	for (const test of tests) by[test.status] = (by[test.status] ?? 0) + 1;
	return { name, isBad: tests.some(test => test.status in bad), closed: closed.has(name),
		counts: Object.keys(words).filter(status => by[status]).map(status => words[status] + " " + by[status]).join(" · ") };
}
function groupBy(list, key) {
	const groups = new Map();
	for (const test of list) {
		const name = key(test), group = groups.get(name);
		group ? group.push(test) : groups.set(name, [test]);
	}
	return groups;
}
function addScripts(list) {
	for (const [script, group] of groupBy(list, test => scriptOf(test.id))) {
		const cut = folderOf(script).length;
		if (group.length === 1) {
			lines.push({ test: group[0], depth: 1, cut });
			continue;
		}
		const head = groupLine(script, group);
		lines.push(Object.assign(head, { depth: 1, cut }));
		if (!head.closed)
			lines.push(...group.map(test => ({ test, depth: 2, cut: test.id === script ? cut : script.length + 2 })));
	}
}
function addGroups(list, key, addMembers, title = name => name) {
	for (const [name, group] of groupBy(list, key)) {
		const head = groupLine(name, group);
		lines.push(Object.assign(head, { depth: 0, cut: 0, title: title(name, group[0]) }));
		if (!head.closed) addMembers(group);
	}
}
function makeLines() {
	lines = [];
	if ($("grouping").value === "script")
		addGroups(shown, test => folderOf(test.id) || "./", addScripts);
	else if ($("grouping").value === "cause")
		addGroups(shown.filter(test => test.status in bad), test => test.cause ?? test.reason ?? "no reason given",
			group => lines.push(...group.map(test => ({ test, depth: 1, cut: 0 }))), (name, test) => test.reason ?? name);
	else if ($("grouping").value === "machine")
		addGroups(shown, test => test.label ?? "elsewhere", group => lines.push(...group.map(test => ({ test, depth: 1, cut: 0 }))));
	else
		lines = shown.map(test => ({ test, depth: 0, cut: 0 }));
}
function toggle(name) {
	closed.delete(name) || closed.add(name);
	makeLines();
	drawRows();
}
function select() {
	const wanted = search.value.trim().toLowerCase(), key = columns[order][1];
	shown = tests.filter(test => matches(test, wanted));
	const keys = new Map(shown.map(test => [test, key(test)]));
	shown.sort((a, b) => {
		const x = keys.get(a), y = keys.get(b);
		return (x < y ? -1 : x > y ? 1 : 0) * (backwards ? -1 : 1);
	});
	$("shown").textContent = shown.length + " of " + tests.length;
	rows.scrollTop = 0;
	markOrder();
	makeLines();
	drawRows();
	drawHistogram();
	remember();
}

/* The durations of the tests that are shown: half decades, from 1 ms. */
function drawHistogram() {
	const bins = [];
	for (const test of shown) {
		const ms = duration(test);
		if (ms === undefined || test.status === "exists") continue;
		const bin = Math.max(0, Math.ceil(2 * Math.log10(Math.max(ms, 1e-3))));
		bins[bin] = (bins[bin] ?? 0) + 1;
	}
	const most = bins.reduce((most, count) => Math.max(most, count), 0), bound = bin => seconds(10 ** (bin / 2));
	const first = bins.findIndex(count => count);
	$("histogram").hidden = first < 0;
	if (first < 0) return;
	const texts = [], bars = [];
	for (let bin = first; bin < bins.length; bin++) {
		const count = bins[bin] ?? 0, text = `up to ${bound(bin)}: ${count}`;
		const bar = element("i", { title: text });
		bar.style.height = Math.round(24 * count / most) + "px";
		bars.push(bar);
		texts.push(text);
	}
	$("histogram").setAttribute("aria-label", "durations: " + texts.join(", "));
	$("histogram").replaceChildren(element("span", { textContent: "≤" + bound(first) }), ...bars,
		element("span", { textContent: bound(bins.length - 1) }));
}

/* The address holds the filter, the order and the chosen test, so that it can be shared. */
function remember() {
	const said = new URLSearchParams(), some = Object.keys(boxes).filter(status => boxes[status].checked);
	if (search.value) said.set("filter", search.value);
	if (some.length < Object.keys(boxes).length) said.set("status", some.join(","));
	if (!$("assertions").checked) said.set("assertions", "no");
	if ($("grouping").value !== "script") said.set("group", $("grouping").value);
	if (order || backwards) said.set("by", columns[order][0] + (backwards ? "-" : ""));
	if (chosen && chosen !== firstBad) said.set("test", chosen.id);
	const hash = said.toString();
	if (hash !== location.hash.slice(1)) history.replaceState(null, "", hash ? "#" + hash : location.pathname);
}
function recall() {
	const said = new URLSearchParams(location.hash.slice(1)), some = said.get("status")?.split(",");
	search.value = said.get("filter") ?? "";
	for (const status in boxes) boxes[status].checked = !some || some.includes(status);
	$("assertions").checked = said.get("assertions") !== "no";
	$("grouping").value = said.get("group") ?? "script";
	backwards = (said.get("by") ?? "").endsWith("-");
	order = Math.max(0, columns.findIndex(([name]) => name === said.get("by")?.replace(/-$/, "")));
	const wanted = said.has("test") ? tests.find(test => test.id === said.get("test")) : firstBad;
	select();
	if (wanted) choose(wanted);
}
/* TEXT, with its middle left out if it is longer than COUNT characters: both ends of an id matter. */
function shorten(text, count) {
	if (text.length <= count || count < 5) return text;
	const tail = Math.ceil((count - 1) / 2);
	return text.slice(0, count - 1 - tail) + "…" + text.slice(-tail);
}
function testRow({ test, depth, cut }, room) {
	const status = element("span", { className: "status", textContent: words[test.status] });
	status.style.color = `var(--${test.status || "none"})`;
	const id = visible(test.id, false), label = visible(test.id.slice(cut), false);
	const reason = visible(test.reason ?? "", false);
	return element("div", { className: `row in${depth}` + (test === chosen ? " chosen" : ""), onclick: () => choose(test) },
		status,
		element("span", { className: "name", title: id },
			...(where(test) ? [element("span", { className: "where", textContent: where(test) })] : []),
			element("span", { className: "id", textContent: shorten(label, reason && !narrow.matches ? Math.max(24, Math.floor(room * 0.6)) : room) }),
			element("span", { className: "reason", textContent: reason, title: reason })),
		element("span", { textContent: seconds(duration(test)) }),
		element("span", { textContent: test.start === undefined ? "" : seconds(test.start - begin) }),
		element("span", { textContent: shorten(where(test), 18), title: visible(test.route ?? "", false) }));
}
function groupRow(group, room) {
	const mark = element("span", { className: "status", textContent: group.isBad ? "FAIL" : "" });
	mark.style.color = "var(--fail)";
	const whole = visible(group.title ?? group.name, false), name = whole.slice(group.cut);
	return element("div", { className: `row group in${group.depth}` + (group.closed ? " closed" : ""), onclick: () => toggle(group.name) },
		mark, element("span", { className: "id", textContent: shorten(name, room), title: whole }), element("span", { textContent: group.counts }));
}
function drawRows() {
	const height = rowHeight();
	const first = Math.max(0, Math.floor(rows.scrollTop / height) - 5);
	const last = Math.min(lines.length, first + Math.ceil(rows.clientHeight / height) + 10);
	const fixed = rows.clientWidth > 640 ? (labels.size > 1 ? 474 : 346) : 190, room = Math.max(12, Math.floor((rows.clientWidth - fixed) / 8));
	const drawn = [element("div")];
	drawn[0].style.height = lines.length * height + "px";
	for (let i = first; i < last; i++) {
		const row = lines[i].test ? testRow(lines[i], room) : groupRow(lines[i], room);
		row.style.top = i * height + "px";
		drawn.push(row);
	}
	rows.replaceChildren(...drawn);
}
rows.onscroll = drawRows;

/* Chooses the next test of the table in the direction STEP, and shows its row. */
function move(step) {
	let at = lines.findIndex(line => line.test === chosen && chosen);
	if (at < 0) at = step > 0 ? -1 : lines.length;
	do at += step; while (lines[at] && !lines[at].test);
	if (!lines[at]) return;
	choose(lines[at].test);
	showLine(at);
}
function showLine(at) {
	const height = rowHeight();
	if (at * height < rows.scrollTop) rows.scrollTop = at * height;
	if ((at + 1) * height > rows.scrollTop + rows.clientHeight) rows.scrollTop = (at + 1) * height - rows.clientHeight;
}
document.onkeydown = event => {
	if (event.ctrlKey || event.altKey || event.metaKey) return;
	const typing = document.activeElement === search, step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
	if (typing && (event.key === "Enter" || event.key === "Escape")) {
		rows.focus();
		if (event.key === "Enter" && lines.some(line => line.test)) chosen = null, move(1);
	} else if (typing || document.activeElement === $("grouping")) {
		return;
	} else if (event.key === "/") {
		search.focus();
		search.select();
	} else if (event.key === "j" || event.key === "k" || (step && document.activeElement === rows)) {
		move(step ?? (event.key === "j" ? 1 : -1));
	} else if (event.key === "Enter" && chosen && (document.activeElement === rows || document.activeElement === document.body)) {
		$("test").hidden = !$("test").hidden;
		drawRows();
	} else {
		return;
	}
	event.preventDefault();
};
