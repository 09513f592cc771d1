#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Random documents of TAP, and what is right to make of them.

    tap_documents.py make SEED COUNT DIR   DIR/00001.tap and so on, and DIR/answers.json
    tap_documents.py check DIR             subunit2's JSON events of all on stdin: each test
                                           has the status that it should have, and there are
                                           no others
    tap_documents.py check-parser DIR      the same for what tap_parser.pl says, after the
                                           differences that subunit2-convert(1) lists

A document has up to four levels of subtests (bare, commented, without a name, braced), escapes,
directives, YAML, comments, messages and text, and now and then a wrong plan. The same seed
makes the same documents.
"""

import json
import os
import random
import sys

PIECES = ["reads", "a \\# b", "c:\\\\log", "x\\y", "naïve", "# of it", "#12", "a # b", "http://x/#skip",
          "[list]", "it's", "100 %", "(5s)", "ok", "not ok 3"]
REASONS = [("", ""), ("later", "later"), ("see \\#4", "see #4"), ("c:\\\\d", "c:\\d")]


def unescape(text):
    out, at = "", 0
    while at < len(text):
        if text[at] == "\\" and text[at + 1:at + 2] in ("\\", "#"):
            at += 1
        out += text[at]
        at += 1
    return out


def has_hash(text):
    """There is a '#' that is not escaped."""
    return "#" in text.replace("\\\\", "").replace("\\#", "")


def parser_reads(text):
    """TEXT, after the number, as TAP::Parser reads it: the directive and the name. It looks at
    the first '#' only, also at one glued to a word, and wants "skip" as a whole word."""
    at = 0
    while at < len(text) and text[at] != "#":
        at += 2 if text[at] == "\\" else 1
    word = text[at + 1:].lstrip().lower()
    for directive in "skip", "todo":
        rest = word[len(directive):]
        if word.startswith(directive) and not (rest and (rest[0].isalnum() or rest[0] == "_")):
            return directive, text[:at].strip()
    return "", text.strip()


class Point:
    """A test point: its text, and what both readers should make of it."""

    def __init__(self, dice, serial, nameless=False):
        self.ok = dice.random() < 0.75
        pieces = [] if nameless else dice.choices(PIECES, k=dice.choice((0, 0, 1, 2))) + [f"p{serial}"]
        dice.shuffle(pieces)
        # A digit, a dash, or a '#' at the start would not be a name's.
        self.raw = "" if nameless else "n" + " ".join(pieces).replace("n#", "n #")
        self.name = unescape(self.raw)
        self.directive = self.reason = ""
        word = dice.choice(("", "", "", "TODO", "todo:", "SKIP", "skip", "# skipped", "Skipped:"))
        if nameless and "kip" in word.lower():
            word = ""
        if word:
            self.direct(dice, word.strip("# "))

    def direct(self, dice, word):
        reason, self.plain_reason = dice.choice(REASONS)
        glued = self.raw.endswith("\\\\") and dice.random() < 0.5
        text = f"{'' if glued else ' '}#{dice.choice(('', ' '))}{word}{' ' + reason if reason else ''}"
        kind = "todo" if "todo" in word.lower() else "skip"
        first = not has_hash(self.raw)
        if first if kind == "todo" or not self.ok else True:
            self.directive = kind
        if not self.directive:
            self.name = unescape(self.raw + text)
        self.text = text

    def status(self):
        if self.directive == "skip":
            return "skip"
        if self.directive == "todo":
            return "success" if self.ok else "xfail"
        return "success" if self.ok else "fail"


class Document:
    def __init__(self, dice, name):
        self.dice, self.name = dice, name
        self.lines, self.answers, self.theirs = [], {}, []
        self.serial = 0
        self.bad = self.their_error = False
        version = dice.choice((None, None, 13, 14))
        if version:
            self.lines.append(f"TAP version {version}")
        if dice.random() < 0.03:
            reason, plain = dice.choice(REASONS)
            self.lines.append(f"1..0 # SKIP {reason}".rstrip())
            self.answers[name] = "skip"
            return
        self.level(0, [name], False, None)
        self.answers[name] = "fail" if self.bad or "fail" in self.answers.values() else "success"

    def put(self, depth, text, columns=0):
        self.lines.append(" " * (4 * depth + columns) + text)

    def level(self, depth, path, excused, style):
        """The lines of a level; path ends with its own name."""
        dice = self.dice
        numbered, early = dice.random() < 0.8, dice.random() < 0.5
        count = dice.choice((1, 2, 3)) if depth else dice.choice((1, 2, 3, 4, 6))
        planned = count
        if depth == 0 and dice.random() < 0.1:
            planned += dice.choice((1, -1)) or 1
            self.bad = True
        if depth == 0:
            # A test outside of a plan that came before it is no good one to TAP::Parser.
            self.planned = planned if early else count
        if early:
            self.put(depth, f"1..{planned}")
        for number in range(1, count + 1):
            # What nothing announces begins with a line of TAP, at its own indentation.
            first = style == "bare" and number == 1 and not early
            self.point(depth, path, number, numbered, excused, first)
            self.noise(depth)
        if depth == 0 and dice.random() < 0.05:
            self.put(1, "not ok 1 - stray")
            self.put(1, "1..1")
        if not early:
            self.put(depth, f"1..{planned}")

    def point(self, depth, path, number, numbered, excused, first):
        dice = self.dice
        self.serial += 1
        nested = depth < 3 and dice.random() < 0.25
        style = dice.choice(("bare", "commented", "nameless", "braced")) if nested else None
        if first and style in ("commented", "nameless"):
            style = "bare"
        point = Point(dice, self.serial, nameless=style == "nameless" or dice.random() < 0.05)
        if style == "commented" and not point.raw:
            style = "nameless"
        own = point.name or f"#{number}"
        inner = excused or point.directive == "todo"
        word = ("ok" if point.ok else "not ok") + (f" {number}" if numbered else "")
        text = (dice.choice((" - ", " - ", " ")) + point.raw) if point.raw else ""
        after = getattr(point, "text", "")
        if style == "commented":
            # Its name is that of its result, with what is no directive.
            label = point.raw + ("" if point.directive or not after else after)
            self.put(depth, f"# Subtest: {label}")
        elif style == "nameless":
            self.put(depth, "# Subtest")
        if style in ("commented", "nameless", "bare"):
            self.level(depth + 1, path + [own], inner, style)
            if depth == 0 and dice.random() < 0.02:
                self.put(0, "1..77")
                self.their_error = True
        if style == "braced":
            text = (text or " -") + " {"
            if not point.directive and after:
                # "{" is part of the name, and nothing opens.
                style = None
                own = unescape(point.raw + " {" + after)
        self.put(depth, word + text + after)
        status = point.status()
        self.answers["::".join(path + [own])] = "xfail" if status == "fail" and excused else status
        if depth == 0:
            directive, raw = parser_reads((text + after).removeprefix(" -").lstrip())
            planned = number <= self.planned
            good = planned and (point.ok or directive == "todo")
            self.theirs.append([number, good, directive, raw])
        if style == "braced":
            if dice.random() < 0.3:
                self.lines.append("")
            self.level(depth + 1, path + [own], inner, style)
            self.put(depth, "}")
        elif dice.random() < 0.2:
            self.yaml(depth)
        elif not point.ok and dice.random() < 0.3:
            self.put(depth, "wanted 1", 2)
            self.put(depth, dice.choice(("not ok 9 - quoted", "1..9", "  at x.js:1")), 4)
            self.put(depth, "# that was it")

    def yaml(self, depth):
        dice = self.dice
        self.put(depth, "---", 2)
        self.put(depth, "got: 1", 2)
        if dice.random() < 0.2:
            self.put(depth, "text: \"one", 2)
            self.lines.append("further left\"")
            # Its YAML has no such strings; before version 13 it has no YAML.
            self.their_error = self.their_error or self.lines[0].startswith("TAP version")
        self.put(depth, "...", 2)
        if dice.random() < 0.1:
            self.put(depth, "---", 2)
            self.put(depth, "got: 2", 2)
            self.put(depth, "...", 2)

    def noise(self, depth):
        dice = self.dice
        if dice.random() < 0.15:
            self.put(depth, "# a comment")
        if dice.random() < 0.1:
            self.lines.append(dice.choice(("text", "okay", "loading...", "")))
        if dice.random() < 0.05:
            self.lines.append("text")
            self.put(depth, dice.choice(("ok 3 - two columns", "1..8", "not ok 1")), 2)


def make(seed, count, folder):
    dice = random.Random(seed)
    answers = {}
    for index in range(count):
        name = f"{index + 1:05}.tap"
        document = Document(dice, name)
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write("\n".join(document.lines) + "\n")
        answers[name] = {"ours": document.answers, "theirs": document.theirs, "bad": document.bad,
                         "their_error": document.their_error}
    with open(os.path.join(folder, "answers.json"), "w", encoding="utf-8") as file:
        json.dump(answers, file)


def read_answers(folder):
    with open(os.path.join(folder, "answers.json"), encoding="utf-8") as file:
        return json.load(file)


def complain(name, wanted, got):
    print(f"{name}\n  wanted {wanted}\n  got    {got}")


def check(folder):
    got = {}
    for line in sys.stdin:
        event = json.loads(line)
        status = event.get("test_status")
        if status and status not in ("inprogress", "exists"):
            name = event["test_id"].split("::")[0]
            got.setdefault(name, {})[event["test_id"]] = status
    wrong = 0
    for name, answer in read_answers(folder).items():
        if got.get(name) != answer["ours"]:
            wrong += 1
            ours, theirs = answer["ours"].items(), got.get(name, {}).items()
            if wrong <= 10:
                complain(name, sorted(ours - theirs), sorted(theirs - ours))
    print(f"{wrong} wrong")
    return wrong > 0


def check_parser(folder):
    wrong = 0
    answers = read_answers(folder)
    for line in sys.stdin:
        said = json.loads(line)
        answer = answers.pop(said["name"])
        if answer["their_error"]:
            good = said["problems"]
        else:
            bad = answer["bad"] or not all(point[1] for point in answer["theirs"])
            good = said["points"] == answer["theirs"] and said["problems"] == bad
        if not good:
            wrong += 1
            if wrong <= 10:
                complain(said["name"], answer, said)
    print(f"{wrong} wrong, {len(answers)} missing")
    return wrong > 0 or len(answers) > 0


def main():
    command, arguments = sys.argv[1], sys.argv[2:]
    if command == "make":
        return make(int(arguments[0]), int(arguments[1]), arguments[2])
    return {"check": check, "check-parser": check_parser}[command](arguments[0])


sys.exit(main())
