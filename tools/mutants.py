#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Prints the mutants of a C file, or makes one.

    mutants.py FILE [COUNT SEED]    a line each, with the fields below separated by tabs
    mutants.py --make FILE NUMBER   the file with that mutant in it

The fields: NUMBER LINE FUNCTION KIND EQUIVALENT, the lines of code that change, and what they
become. EQUIVALENT is "equivalent" if tests/equivalent-mutants lists the mutant, else "-". With
COUNT, only so many, spread evenly over the file and drawn with SEED.

A mutant changes one condition, constant, return or call. Comments, strings,
preprocessor lines, declarations and assertions are left alone.
"""

import random
import re
import sys

EQUIVALENT = "tests/equivalent-mutants"

CONDITIONS = [("<=", "<"), (">=", ">"), ("==", "!="), ("!=", "=="), ("&&", "||"), ("||", "&&"),
              ("<", "<="), (">", ">=")]


def blank_out(text):
    """TEXT with comments, strings and preprocessor lines blanked, of the same length."""
    def blank(found):
        return re.sub(r"[^\n]", " ", found.group())

    def blank_string(found):
        quote = found.group()[0]
        return quote + "_" * (len(found.group()) - 2) + quote

    text = re.sub(r"/\*.*?\*/|//[^\n]*", blank, text, flags=re.DOTALL)
    text = re.sub(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", blank, text, flags=re.MULTILINE)
    return re.sub(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'', blank_string, text)


def matching(code, start):
    """The offset of the parenthesis that closes the one at START."""
    depth = 0
    for at in range(start, len(code)):
        depth += {"(": 1, ")": -1}.get(code[at], 0)
        if depth == 0:
            return at
    return len(code)


def in_function(code):
    """For each offset, whether it is in the body of a function: braces that begin a line."""
    inside, body = bytearray(len(code)), False
    offset = 0
    for line in code.splitlines(keepends=True):
        if line.startswith("{"):
            body = True
        elif line.startswith("}"):
            body = False
        if body:
            inside[offset:offset + len(line)] = b"\1" * len(line)
        offset += len(line)
    return inside


def mutants(text):
    """(start, end, new text, kind) of each, by place."""
    code = blank_out(text)
    inside = in_function(code)
    found = []

    def add(start, end, new, kind):
        if inside[start]:
            found.append((start, end, new, kind))

    for match in re.finditer(r"<<=?|>>=?|->|[<>=!]=|&&|\|\||[<>]", code):
        new = dict(CONDITIONS).get(match.group())
        # "<" and ">" with blanks around them are comparisons.
        if new and code[match.start() - 1] in " \n\t":
            add(match.start(), match.end(), new, "condition")
    for match in re.finditer(r"\b(?:if|while) \(", code):
        end = matching(code, match.end() - 1)
        if match.group().startswith("if"):
            add(match.end(), end, f"!({text[match.end():end]})", "condition")
    for match in re.finditer(r"(?<![\w.])(\d+|0x[0-9a-fA-F]+)(?![\w.])", code):
        octal = re.fullmatch(r"0\d+", match.group())
        value = int(match.group(), 8 if octal else 0)
        add(match.start(), match.end(), str(value + 1), "constant")
    for match in re.finditer(r"\b(true|false)\b", code):
        add(match.start(), match.end(), "false" if match.group() == "true" else "true",
            "constant")
    for match in re.finditer(r"\breturn ([^;]+);", code):
        if match.group(1) in ("true", "false") or match.group(1).isdigit():
            continue  # a constant
        if match.group(1) == "NULL":
            continue
        new = "SUBUNIT2_E_NO_MEMORY" if match.group(1) == "SUBUNIT2_E_OK" else "0"
        add(match.start(1), match.end(1), new, "return")
    for match in re.finditer(r"(?<=[;{})\n])(\s*\n\t+)([a-z]\w*)\(", code):
        end = matching(code, match.end() - 1)
        if (code[end + 1:end + 2] == ";"
                and match.group(2) not in ("if", "while", "for", "switch", "return", "assert",
                                           "sizeof", "free")):
            add(match.start(2), end + 1, "(void)0", "call")
    return sorted(set(found))


def squeeze(text):
    return " ".join(text.split())


def describe(text, mutant):
    """(line, function, kind, the lines of code that change, and what they become)"""
    start, end, new, kind = mutant
    first = text.rindex("\n", 0, start) + 1
    last = text.index("\n", end)
    names = re.findall(r"^([a-z]\w*)\(", text[:start], flags=re.MULTILINE)
    return (text.count("\n", 0, start) + 1, names[-1] if names else "-", kind,
            squeeze(text[first:last]), squeeze(text[first:start] + new + text[end:last]))


def read_equivalent(path):
    """The mutants of PATH in the list: (function, code, what it becomes)."""
    with open(EQUIVALENT, encoding="utf-8") as file:
        entries = re.split(r"\n\n+", re.sub(r"^#.*\n", "", file.read(), flags=re.MULTILINE).strip())
    known = set()
    for entry in filter(None, entries):
        lines = [squeeze(line) for line in entry.split("\n")]
        if len(lines) < 4 or len(lines[0].split()) != 2:
            sys.exit(f"{EQUIVALENT}: not FILE FUNCTION, code, code and reason: {lines[0]}")
        file, function = lines[0].split()
        if file == path:
            known.add((function, lines[1], lines[2]))
    return known


def sample(found, count, seed):
    """COUNT of FOUND: one of each of COUNT stretches of equal length."""
    if count == 0 or count >= len(found):
        return found
    draw = random.Random(seed)
    bounds = [len(found) * i // count for i in range(count + 1)]
    return [found[draw.randrange(bounds[i], bounds[i + 1])] for i in range(count)]


def main():
    making = sys.argv[1] == "--make"
    path, *numbers = sys.argv[1 + making:]
    with open(path, encoding="utf-8") as file:
        text = file.read()
    found = mutants(text)
    if making:
        start, end, new, _ = found[int(numbers[0])]
        sys.stdout.write(text[:start] + new + text[end:])
        return
    known = read_equivalent(path)
    rows = [(number, *describe(text, mutant)) for number, mutant in enumerate(found)]
    for function, old, new in sorted(known - {(row[2], row[4], row[5]) for row in rows}):
        print(f"{EQUIVALENT}: {path} {function}: no such mutant: {old} -> {new}", file=sys.stderr)
    if numbers:
        rows = sample(rows, int(numbers[0]), f"{numbers[1]} {path}")
    for number, line, function, kind, old, new in rows:
        mark = "equivalent" if (function, old, new) in known else "-"
        print(number, line, function, kind, mark, old, new, sep="\t")


if __name__ == "__main__":
    main()
