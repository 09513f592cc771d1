#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Compares the binary interface of the library with the recorded one, lib/libsubunit2.abi.

    library_abi.py BUILD              prints what differs; exit status 1 if anything does
    library_abi.py --record BUILD     writes lib/libsubunit2.abi

The record has a line for each exported function with its version node, for each constant of an
enum with its value, and for each struct and member with its offset and size on 64-bit machines.
A line that was part of a release may not change or disappear; new ones may be recorded. Machines
with another size of long compare only functions and constants.
"""

import glob
import os
import re
import struct
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
INCLUDE = f"{ROOT}/lib/include"
RECORD = f"{ROOT}/lib/libsubunit2.abi"


def declarations():
    """The structs of the headers with their members, and the constants of their enums."""
    structs, constants = {}, []
    for path in sorted(glob.glob(f"{INCLUDE}/subunit2/*.h")):
        with open(path, encoding="utf-8") as file:
            text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.DOTALL)
        for name, body in re.findall(r"^struct (\w+) \{(.*?)^\};", text, re.DOTALL | re.MULTILINE):
            structs[name] = [member for part in body.split(";") for member in members(part)]
        for body in re.findall(r"^enum \w+ \{(.*?)^\};", text, re.DOTALL | re.MULTILINE):
            constants += re.findall(r"^\s*(\w+)", body, re.MULTILINE)
    return structs, constants


def members(declaration):
    """The names in the declaration of one or more members."""
    pointer = re.search(r"\(\*(\w+)\)\(", declaration)
    if pointer:
        return [pointer.group(1)]
    return re.findall(r"(\w+)(?:\[\w*\])?\s*(?:,|$)", declaration.strip())


def layout(structs, constants):
    """The lines of the structs and the constants, as the compiler sees them."""
    lines = ["#include <stdio.h>", "#include <subunit2.h>", "int main(void) {"]
    for constant in constants:
        lines.append(f'printf("constant {constant} %d\\n", (int){constant});')
    for name, names in structs.items():
        lines.append(f'printf("struct {name} size %zu\\n", sizeof(struct {name}));')
        for member in names:
            lines.append(f'printf("struct {name}.{member} at %zu size %zu\\n", '
                         f'offsetof(struct {name}, {member}), '
                         f'sizeof(((struct {name} *)0)->{member}));')
    lines.append("return 0; }")
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/layout.c", "w", encoding="utf-8") as file:
            file.write("\n".join(lines))
        subprocess.run([*os.environ.get("CC", "cc").split(), f"-I{INCLUDE}",
                        "-o", f"{folder}/layout", f"{folder}/layout.c"], check=True)
        return subprocess.run([f"{folder}/layout"], stdout=subprocess.PIPE, check=True,
                              text=True).stdout.splitlines()


def functions(library):
    symbols = subprocess.run(["nm", "-D", "--defined-only", library], stdout=subprocess.PIPE,
                             check=True, text=True).stdout.splitlines()
    return ["function " + line.split()[2].replace("@@", " ") for line in symbols
            if line.split()[1] != "A"]


def main():
    arguments = sys.argv[1:]
    record = arguments[:1] == ["--record"]
    build = arguments[-1]
    current = sorted(functions(f"{build}/libsubunit2.so")) + sorted(layout(*declarations()))
    if record:
        with open(RECORD, "w", encoding="utf-8") as file:
            file.write("# Written by tests/library_abi.py --record; see there.\n")
            file.writelines(f"{line}\n" for line in current)
        return 0
    with open(RECORD, encoding="utf-8") as file:
        recorded = [line.rstrip("\n") for line in file if not line.startswith("#")]
    if struct.calcsize("l") != 8:
        recorded = [line for line in recorded if not line.startswith("struct ")]
        current = [line for line in current if not line.startswith("struct ")]
    for line in recorded:
        if line not in current:
            print(f"changed or removed: {line}")
    for line in current:
        if line not in recorded:
            print(f"not recorded: {line}")
    return int(recorded != current)


if __name__ == "__main__":
    sys.exit(main())
