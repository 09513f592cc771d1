# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Sits at a terminal where a command runs: typist.py COMMAND [ARG...]

What to do is on standard input, a step a line:
    see TEXT            waits until the terminal shows it, after all that was seen before
    type TEXT           with Python's escapes
    size ROWS COLUMNS   makes the terminal so large
    signal NAME         sends it to the command
    stopped             waits until the command is stopped by a signal
    raw, keys, cooked   waits until the terminal passes each key on, all but ^C and ^Z, or lines
    touch FILE          creates it
    until FILE          waits until it exists
Then waits for the command, and ends as it does; with 99 if a step did not succeed within 60 s. What
the terminal shows goes to standard output.
"""
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time


def lead():
    """Starts the command as a shell does, which could continue it, and ends as it does."""
    os.read(begin, 1)
    command = os.fork()
    if command == 0:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execvp(sys.argv[1], sys.argv[1:])
    os.write(tell, b'%d' % command)
    status = os.waitstatus_to_exitcode(os.waitpid(command, 0)[1])
    if status < 0:
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status)


hear, tell = os.pipe()
begin, start = os.pipe()
leader, terminal = pty.fork()
if leader == 0:
    lead()
first = termios.tcgetattr(terminal)
os.write(start, b'.')
child = int(os.read(hear, 32))
unseen = b''


def look(seconds):
    """Shows what there is to see; false at the end."""
    global unseen
    if select.select([terminal], [], [], seconds)[0]:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # EIO: no process holds the other side
            return False
        sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        unseen += piece
    return True


def wait_for(step, true):
    deadline = time.monotonic() + 60
    while not true():
        goes_on = look(0.02)
        if not true() and (not goes_on or time.monotonic() > deadline):
            print(f'no success: {step}', file=sys.stderr)
            os.kill(child, signal.SIGKILL)
            sys.exit(99)


def is_stopped():
    with open(f'/proc/{child}/stat', encoding='utf-8', errors='replace') as file:
        return file.read().rpartition(')')[2].split()[0] == 'T'


def see(text):
    global unseen
    wait_for(f'see {text}', lambda: text.encode() in unseen)
    unseen = unseen[unseen.index(text.encode()) + len(text):]


for line in sys.stdin:
    verb, _, rest = line.rstrip('\n').partition(' ')
    if verb == 'see':
        see(rest)
    elif verb == 'type':
        os.write(terminal, rest.encode().decode('unicode_escape').encode())
    elif verb == 'size':
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', *map(int, rest.split()), 0, 0))
    elif verb == 'signal':
        os.kill(child, getattr(signal, 'SIG' + rest))
    elif verb == 'stopped':
        wait_for(verb, is_stopped)
    elif verb == 'raw':
        wait_for(verb, lambda: not termios.tcgetattr(terminal)[3] & termios.ISIG)
    elif verb == 'keys':
        wait_for(verb, lambda: termios.tcgetattr(terminal) != first)
    elif verb == 'touch':
        open(rest, 'w').close()
    elif verb == 'until':
        wait_for(line, lambda: os.path.exists(rest))
    elif verb == 'cooked':
        wait_for(verb, lambda: termios.tcgetattr(terminal) == first)
    else:
        sys.exit(f'{verb}: no such step')
while look(None):
    pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(leader, 0)[1]) & 0xff)
