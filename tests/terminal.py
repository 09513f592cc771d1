# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Runs a command on a terminal of its own: terminal.py COMMAND [ARG...]

The output of the command goes to standard output, to the last byte and as a terminal would
get it; nothing is typed. Ends as the command does.
"""
import os
import pty
import sys

child, terminal = pty.fork()
if child == 0:
    try:
        os.execvp(sys.argv[1], sys.argv[1:])
    except OSError as error:
        print(f'{sys.argv[1]}: {error.strerror}')
        os._exit(127)
while True:
    try:
        piece = os.read(terminal, 65536)
    except OSError:  # EIO: no process holds the other side
        break
    if not piece:
        break
    sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 0xff)
