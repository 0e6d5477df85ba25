"""What each chapter costs: seconds and memory, run alone. `python -m utils.measurements chapters` records it."""

import os
import subprocess
import sys
import time

from utils.paths import ROOT
from utils.rerun import series


def chapters():
    """Run each notebook in a process of its own, as `utils.rerun` does, with nothing from other chapters at hand.

    `peak_memory_mb` is the largest resident memory of one process, the notebook's kernel. It needs Linux.

    Raises:
        RuntimeError: a notebook fails.
    """
    for name in series():
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "utils.rerun", name],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if status:
            raise RuntimeError(f"{name} fails; python -m utils.rerun {name} says why")
        yield {
            "chapter": name,
            "seconds": round(time.perf_counter() - start),
            "peak_memory_mb": round(usage.ru_maxrss / 1024),
        }
