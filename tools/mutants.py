#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Prints the mutants of a C file, or makes one.

    mutants.py FILE              a line each: NUMBER LINE KIND, the code, and what it becomes
    mutants.py FILE NUMBER       the file with that mutant in it

A mutant changes one condition, constant, return or call. Comments, strings,
preprocessor lines, declarations and assertions are left alone.
"""

import re
import sys

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
        value = int(match.group(), 0)
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


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    found = mutants(text)
    if len(sys.argv) > 2:
        start, end, new, _ = found[int(sys.argv[2])]
        sys.stdout.write(text[:start] + new + text[end:])
        return
    for number, (start, end, new, kind) in enumerate(found):
        line = text.count("\n", 0, start) + 1
        old = " ".join(text[start:end].split())
        print(f"{number} {line} {kind} {old} -> {' '.join(new.split())}")


if __name__ == "__main__":
    main()
