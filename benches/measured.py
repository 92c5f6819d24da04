"""What does one command cost? Called by the scripts beside it."""

import os
import subprocess
import sys
import time


def measured(command):
    """Runs a command; gives wall seconds, CPU seconds, the peak of its memory in bytes, and what it
    said on standard error. One that fails ends the script with that."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command} failed:\n{said[-4000:]}")
    wall = time.perf_counter() - start
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, said
