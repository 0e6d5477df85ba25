"""What each chapter costs: seconds and memory, run alone."""

import os
import subprocess
import sys
import tempfile
import time

from utils.paths import ROOT, series


def chapters():
    """Run each notebook in a process of its own, as `utils.rerun` does, with nothing from other chapters at hand.

    `peak_memory_mb` is the largest resident memory of one process, the notebook's kernel. It needs Linux or macOS.

    Raises:
        RuntimeError: a notebook fails.
    """
    for name in series():
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, "-m", "utils.rerun", name, "--folder", folder],
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if status:
            raise RuntimeError(f"{name} fails; python -m utils.rerun {name} says why")
        unit = 1024**2 if sys.platform == "darwin" else 1024
        yield {
            "chapter": name,
            "seconds": round(time.perf_counter() - start),
            "peak_memory_mb": round(usage.ru_maxrss / unit),
        }
