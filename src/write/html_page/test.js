/* One test. Control characters of its output are made visible, and so are characters that
 * change the order of what is seen, end a line, or are not seen. */
const hidden = /[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const hiddenInLines = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]/g;
function visible(text, inLines = true) {
	return text.replace(inLines ? hiddenInLines : hidden, c => {
		const code = c.charCodeAt(0).toString(16);
		return c === "\r" && inLines ? "" : c < "\u0100" ? "\\x" + code.padStart(2, "0") : "\\u" + code;
	});
}
/* SGR sequences of a terminal set colors and weights only, and become classes. */
function colored(text) {
	let bold = false, underlined = false, hue = "";
	const made = element("pre");
	text.split(/\x1b\[([0-9;:]{0,60})m/).forEach((part, index) => {
		if (index % 2 === 0) {
			if (part) made.append(element("span", { className: [hue, bold && "bold", underlined && "underlined"].filter(Boolean).join(" "), textContent: visible(part) }));
			return;
		}
		const codes = part.split(";").map(Number);
		for (let i = 0; i < codes.length; i++) {
			const code = codes[i];
			if (code === 0) bold = underlined = false, hue = "";
			else if (code === 1) bold = true;
			else if (code === 22) bold = false;
			else if (code === 4) underlined = true;
			else if (code === 24) underlined = false;
			else if (code >= 30 && code <= 37 || code >= 90 && code <= 97) hue = "sgr" + code % 10;
			else if (code === 39) hue = "";
			else if (code === 38 || code === 48) i += codes[i + 1] === 2 ? 4 : 2;
		}
	});
	return made;
}
function file({ name, text, dropped, left, more, size }) {
	const made = [element("h3", { textContent: visible(name, false) })];
	if (dropped) made.push(element("p", { className: "note", textContent: dropped + " bytes before this are not shown" }));
	if (left !== undefined) made.push(element("p", { className: "note", textContent: left + " bytes were left out: the page is full" }));
	else made.push(size === undefined ? colored(text)
		: element("p", { className: "note", textContent: size + " bytes that are not text" }));
	if (more) made.push(element("p", { className: "note", textContent: more + " bytes after this are not shown" }));
	return made;
}
function choose(test) {
	chosen = test;
	const status = element("span", { className: "status", textContent: words[test.status] });
	status.style.color = `var(--${test.status || "none"})`;
	const facts = [seconds(duration(test)), where(test) && "on " + where(test),
		test.tags && "tags " + visible(test.tags.join(", "), false), test.start !== undefined && new Date(test.start).toISOString()];
	$("test").replaceChildren(element("h2", { className: "id", textContent: visible(test.id, false) }),
		element("p", { className: "note" }, status, " " + facts.filter(Boolean).join(" · ")),
		...(test.past ? [element("p", { className: "note past", textContent: "past: " + test.past, title: "the oldest run first: . passed, F failed, ~ flaky, s skipped, - absent" })] : []),
		...(test.reason ? [element("p", { className: "why", textContent: visible(test.reason, false) })] : []),
		...(test.files ?? []).flatMap(file));
	$("test").hidden = false;
	$("test").scrollTop = 0;
	drawRows();
	drawTimeline();
	remember();
}
