"use strict";
document.documentElement.classList.add("scripted");
document.getElementById("filter").hidden = document.querySelector("main").hidden = false;
const $ = id => document.getElementById(id);
const { tests, output } = JSON.parse($("data").textContent);
const words = {
	success: "pass", fail: "FAIL", skip: "skip", xfail: "todo", uxsuccess: "UNEXPECTED",
	inprogress: "UNFINISHED", exists: "listed", "": "note",
};
const bad = { fail: 0, uxsuccess: 1, inprogress: 2 };
const narrow = matchMedia("(max-width: 640px)");
/* Pixels; as in page.css. */
const rowHeight = () => narrow.matches ? 40 : 24;

function element(name, attributes, ...children) {
	const made = Object.assign(document.createElement(name), attributes);
	made.append(...children);
	return made;
}
function color(status) {
	return getComputedStyle(document.documentElement).getPropertyValue("--" + (status || "none"));
}
function duration(test) {
	return test.start === undefined || test.stop === undefined ? undefined : test.stop - test.start;
}
function seconds(ms, digits = 3) {
	const two = number => String(Math.floor(number)).padStart(2, "0");
	if (ms === undefined) return "";
	if (ms >= 3600000) return Math.floor(ms / 3600000) + "h" + two(ms / 60000 % 60) + "m";
	if (ms >= 60000) return Math.floor(ms / 60000) + "m" + two(ms / 1000 % 60) + "s";
	return (ms / 1000).toFixed(digits) + "s";
}

document.title = $("verdict").textContent + " – " + ($("facts")?.dataset.command || "test report");
