/* The timeline: a lane a route, a bar a test. The lanes of a machine, which have the same label, are
 * a group. The bad tests are drawn last, and wide enough to be seen among a hundred thousand. */
const timed = tests.filter(test => duration(test) !== undefined && test.status !== "exists");
const bars = timed.some(test => test.runnable) ? timed.filter(test => test.runnable) : timed;
bars.sort((a, b) => (a.status in bad) - (b.status in bad));
const byRoute = (a, b) => a.localeCompare(b, "en", { numeric: true });
/* More lanes than a canvas has room for become groups: of routes with the same first
 * segments, or else of neighbours. */
const LANES = 2000;
const routes = [...new Set(bars.map(test => test.route ?? ""))].sort(byRoute);
function groupRoutes() {
	if (routes.length <= LANES) return new Map(routes.map(route => [route, route]));
	for (let depth = 8; depth > 0; depth--) {
		const groups = new Map(routes.map(route => [route, route.split("/").slice(0, depth).join("/")]));
		if (new Set(groups.values()).size <= LANES) return groups;
	}
	const size = Math.ceil(routes.length / LANES);
	return new Map(routes.map((route, i) => {
		const first = i - i % size, last = Math.min(routes.length, first + size) - 1;
		return [route, `${routes[first]} … ${routes[last]}`];
	}));
}
const groups = groupRoutes(), lanes = new Map();
const laneOf = test => lanes.get(groups.get(test.route ?? ""));
for (const [, group] of groups) {
	const one = lanes.get(group) ?? { route: visible(group, false), routes: 0, busy: 0, end: -Infinity };
	one.routes++;
	lanes.set(group, one);
}
for (const test of bars) {
	const one = laneOf(test);
	one.busy += duration(test);
	one.label = visible(test.label ?? "", false);
	if (test.stop > one.end) one.end = test.stop, one.last = test;
}
const laneList = [...lanes.values()].sort((a, b) => byRoute(a.label, b.label) || byRoute(a.route, b.route));
/* The lanes of a machine: its label stands once for all of them. A lane without a label has its route. */
const machines = [];
laneList.forEach((one, i) => {
	const last = machines.at(-1);
	one.at = i;
	if (one.label && last?.label === one.label) last.lanes++;
	else machines.push({ label: one.label, name: one.label || one.route, at: i, lanes: 1 });
});
const end = laneList.reduce((last, one) => Math.max(last, one.end), -Infinity);
const percent = one => Math.min(100, Math.round(100 * one.busy / one.routes / Math.max(end - begin, 1e-3)));
const several = laneList.length > 1;
const HEIGHT = Math.max(4, Math.min(18, Math.floor(400 / Math.max(1, laneList.length))));
const canvas = document.querySelector("canvas");
const AXIS = 18, LABEL = several || laneList[0]?.route ? labelWidth() : 16, BUSY = several ? 48 : 16;
/* Room for the longest label, as far as a quarter of the page. */
function labelWidth() {
	const pen = canvas.getContext("2d");
	pen.font = "11px system-ui, sans-serif";
	const widest = machines.reduce((most, one) => Math.max(most, pen.measureText(one.name).width), 0);
	return Math.round(Math.max(32, Math.min(widest + 20, innerWidth / 4)));
}
function fitLabel(pen, text) {
	let count = text.length;
	while (count > 5 && pen.measureText(shorten(text, count)).width > LABEL - 12) count--;
	return shorten(text, count);
}
$("timeline").hidden = bars.length === 0;
canvas.setAttribute("aria-label", laneList.length + (routes.length > laneList.length ? " groups of routes: " : several ? " routes: " : " route: ") +
	laneList.map(one => `${one.route || "–"} busy ${percent(one)}%`).join(", "));

/* The notes describe the timeline: idle workers, and the test for which the run waited. */
const most = laneList.reduce((most, one) => Math.max(most, percent(one)), 0);
const isIdle = one => several && percent(one) < 0.75 * most;
const ends = laneList.map(one => one.end).sort((a, b) => a - b);
const tail = several ? ends[(ends.length - 1) >> 1] : end;
const hasTail = end - tail > 0.1 * (end - begin);
function note(...parts) {
	$("notes").append(element("li", {}, ...parts));
}
if (routes.length > laneList.length)
	note(`${routes.length} routes are shown in ${laneList.length} groups.`);
if (hasTail) {
	const last = laneList.find(one => one.end === end).last;
	note(`Half of the routes had ended after ${seconds(tail - begin, 1)}; ${seconds(end - tail, 1)} more for `,
		element("button", { textContent: visible(last.id, false), onclick: () => choose(last) }));
}
const idle = laneList.filter(isIdle);
if (idle.length > 0)
	note("Idle for long: " + idle.slice(0, 5).map(one => `route ${one.route || "–"}, busy ${percent(one)}%`).join("; ") +
		(idle.length > 5 ? ` and ${idle.length - 5} more` : ""));

/* Round numbers for the axis, at most COUNT. */
function ticks(count) {
	const rounds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 216e5, 864e5];
	const step = rounds.find(one => (end - begin) / one <= count) ?? end - begin;
	return Array.from({ length: Math.floor((end - begin) / step) + 1 }, (_, i) => i * step);
}
function place(test, width) {
	const scale = (width - LABEL - BUSY) / Math.max(end - begin, 1e-3);
	return [LABEL + (test.start - begin) * scale, Math.max(test.status in bad ? 3 : 1, (test.stop - test.start) * scale)];
}
function drawTimeline() {
	const width = canvas.clientWidth, height = laneList.length * HEIGHT + AXIS, ratio = devicePixelRatio || 1;
	canvas.width = width * ratio;
	canvas.height = height * ratio;
	canvas.style.height = height + "px";
	const pen = canvas.getContext("2d");
	pen.scale(ratio, ratio);
	pen.font = "11px system-ui, sans-serif";
	pen.textBaseline = "middle";
	const colors = Object.fromEntries([...Object.keys(words), "quiet", "ink", "lane", "skip"].map(name => [name, color(name)]));
	const right = width - BUSY, at = time => LABEL + (right - LABEL) * (time - begin) / Math.max(end - begin, 1e-3);
	for (const one of laneList) {
		const y = one.at * HEIGHT;
		pen.fillStyle = colors.lane;
		pen.fillRect(LABEL, y + 1, right - LABEL, HEIGHT - 2);
		if (HEIGHT < 10) continue;
		pen.fillStyle = colors.quiet;
		if (!several) continue;
		pen.textAlign = "right";
		pen.fillStyle = isIdle(one) ? colors.skip : colors.quiet;
		pen.fillText(percent(one) + "%", width - 10, y + HEIGHT / 2);
	}
	for (const one of machines) {
		const y = one.at * HEIGHT, height = one.lanes * HEIGHT;
		pen.fillStyle = one.label ? colors.ink : colors.quiet;
		pen.textAlign = "right";
		if (height >= 10) pen.fillText(fitLabel(pen, one.name) || (several ? "–" : ""), LABEL - 8, y + height / 2, LABEL - 12);
		pen.fillStyle = colors.quiet;
		if (one.at > 0 && machines.length < laneList.length) pen.fillRect(0, y, width, 1);
	}
	pen.fillStyle = colors.quiet;
	for (const tick of ticks(Math.max(2, Math.floor((right - LABEL) / 90)))) {
		const x = at(begin + tick);
		pen.textAlign = x < LABEL + 20 ? "left" : x > right - 20 ? "right" : "center";
		pen.fillText(seconds(tick, tick % 1000 ? 3 : 0).replace(/(?<=[hm])00[ms]$/, ""), x, height - AXIS / 2);
	}
	for (const test of bars) {
		const [x, w] = place(test, width), y = laneOf(test).at * HEIGHT;
		pen.fillStyle = colors[test.status];
		pen.fillRect(x, y + 1, w > 3 ? w - 1 : w, HEIGHT - 2);
	}
	if (hasTail) {
		pen.strokeStyle = colors.skip;
		pen.setLineDash([3, 3]);
		pen.strokeRect(at(tail), 0, 0, height - AXIS);
		pen.setLineDash([]);
	}
	if (chosen && bars.includes(chosen)) {
		const [x, w] = place(chosen, width), y = laneOf(chosen).at * HEIGHT;
		pen.strokeStyle = colors.ink;
		pen.lineWidth = 2;
		pen.strokeRect(x - 1, y + 1, Math.max(w, 4) + 1, HEIGHT - 2);
	}
}
function barAt(event) {
	const box = canvas.getBoundingClientRect(), x = event.clientX - box.left, width = canvas.clientWidth;
	const lane = laneList[Math.floor((event.clientY - box.top) / HEIGHT)];
	return bars.findLast(test => {
		if (laneOf(test) !== lane) return false;
		const [left, w] = place(test, width);
		return x >= left - 1 && x <= left + w + 1;
	});
}
canvas.onmousemove = event => {
	const test = barAt(event);
	$("tip").hidden = !test;
	if (!test) return;
	$("tip").textContent = words[test.status] + "  " + visible(test.id, false) + "  " + seconds(duration(test));
	$("tip").style.left = Math.max(8, Math.min(event.clientX + 12, innerWidth - $("tip").offsetWidth - 8)) + "px";
	$("tip").style.top = event.clientY + 16 + "px";
};
canvas.onmouseleave = () => { $("tip").hidden = true; };
canvas.onclick = event => {
	const box = canvas.getBoundingClientRect(), lane = laneList[Math.floor((event.clientY - box.top) / HEIGHT)];
	const test = barAt(event);
	if (test) choose(test);
	/* A click on a label filters by that machine, or by the route of a lane without a label. */
	const wanted = lane?.label || lane?.route;
	if (wanted && routes.length === laneList.length && event.clientX - box.left < LABEL)
		search.value = search.value === wanted ? "" : wanted, select();
};
