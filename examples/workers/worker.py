#!/usr/bin/python3
"""A worker: runs the tests that are requested on standard input, one after the other.

A test's id is the path of a script. See subunit2(5), WORKERS."""
import os, queue, signal, subprocess, sys, threading
from datetime import datetime, timezone
from subunit import ByteStreamToStreamResult, StreamResultToBytes

requests, running = queue.Queue(), []
out = StreamResultToBytes(sys.stdout.buffer)

class Requests:
    def status(self, test_id=None, test_status=None, **rest):
        if test_id and test_status == "exists":
            requests.put(test_id)

def read_requests():
    ByteStreamToStreamResult(sys.stdin.buffer, "text").run(Requests())
    for script in running:  # the end of the input ends the test
        os.killpg(script.pid, signal.SIGKILL)
    requests.put(None)

def say(test, status, **rest):
    out.status(test_id=test, test_status=status, timestamp=datetime.now(timezone.utc), **rest)
    sys.stdout.buffer.flush()

threading.Thread(target=read_requests, daemon=True).start()
for test in iter(requests.get, None):
    say(test, "inprogress")
    script = subprocess.Popen(["sh", test], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, start_new_session=True)
    running[:] = [script]
    output = script.communicate()[0]
    say(test, "fail" if script.returncode else "success", file_name="output", file_bytes=output,
        eof=True, mime_type="application/octet-stream")
