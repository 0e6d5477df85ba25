"""Jobs on Dask workers, of this machine or of a cluster, each in a process of its own with its share of the cores.

A job is a command of the series, such as a `trial.Trial` of a sweep. It has a `key`, a hash of what it does and of the
code; `command`, the arguments of `python -m`; `done`, whether it has left its result; and a text for messages.
"""

import hashlib
import logging
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager

from utils.paths import ROOT
from utils.rerun import RerunError

THREADS = (
    *("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"),
    *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),
)
OTHER_CODE = "the worker's code is not the code that this started with"


def check(workers, scheduler):
    """Raise a RerunError unless `workers` is a whole number from 1 or `scheduler` is an address, or both are None."""
    if workers is not None and scheduler is not None:
        raise RerunError("--workers with --scheduler; allowed: one of them")
    if workers is not None and (not isinstance(workers, int) or workers < 1):
        raise RerunError(f"--workers {workers}; allowed: a whole number from 1")


def code():
    """A hash of every file in `utils`, which names the checksum of the data as well."""
    found = hashlib.sha256()
    for file in sorted((ROOT / "utils").glob("*.py")):
        found.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return found.digest()


def work_off(jobs, workers=None, scheduler=None):
    """Have the jobs done that are not, showing a line that lives, and return why some failed: {key: one line}.

    Args:
        jobs: a list; a job that is done is not repeated.
        workers: how many at a time on this machine; None means one.
        scheduler: address of a Dask scheduler whose workers do them instead.

    Raises:
        RerunError: there is no Dask, or no scheduler answers; nothing was run.
    """
    waiting = [job for job in jobs if not job.done]
    if not waiting:
        return {}
    with _cluster(workers or 1, scheduler) as client:
        print(f"{len(jobs)} runs, {len(jobs) - len(waiting)} finished before", flush=True)
        return _follow(client, waiting)


@contextmanager
def _cluster(workers, scheduler):
    """A Dask client: of the cluster at `scheduler`, or of `workers` threads that each look after a process."""
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise RerunError("workers need Dask; allowed after `pip install distributed`") from error
    logging.getLogger("distributed").setLevel(logging.WARNING)  # it tells of each closed connection
    if scheduler is not None:
        try:
            client = Client(scheduler, timeout=5)
        except (OSError, ValueError) as error:
            raise RerunError(
                f"no Dask scheduler answers at {scheduler!r}; allowed: tcp://host:port of one"
            ) from error
        with client:
            yield client
        return
    options = {"threads_per_worker": 1, "processes": False, "memory_limit": 0}
    with (
        LocalCluster(n_workers=workers, dashboard_address=":0", **options) as cluster,
        Client(cluster) as client,
    ):
        yield client


def _follow(client, waiting):
    """Have jobs attempted, showing a line that lives; return why they failed: {key: one line}."""
    try:
        _show("waiting for a worker")
        client.wait_for_workers(1)
        slots = _slots_per_machine(client)
        futures = {client.submit(attempt, job, slots, key=job.key): job for job in waiting}
        start, end, errors, shown = time.perf_counter(), None, {}, ""
        running = 0
        while futures:
            for future in [future for future in futures if future.done()]:
                job, error = futures.pop(future), _outcome(future)
                if not job.done:
                    errors[job.key] = error or "it left no result here; allowed: a shared folder"
                    _show("")
                    print(f"FAILED {job}: {errors[job.key]}", flush=True)
                half = min(len(futures), running) / 2  # those that run are half done, on average
                now, ended = time.perf_counter(), len(waiting) - len(futures) + half
                end = now + (now - start) / ended * (len(futures) - half)
            done = len(waiting) - len(futures) - len(errors)
            running = min(len(futures), sum(client.nthreads().values()))
            left = f", {max(0, end - time.perf_counter()):.0f} s left" if end else ""
            line = f"{done} done, {running} running, {len(errors)} failed{left}"
            if line != shown:
                _show(line)
                shown = line
            time.sleep(0.3 if futures else 0)
        _show("")
        return errors
    except KeyboardInterrupt:
        _show("Stopped. What finished is kept, and the same command goes on from there.\n")
        os._exit(130)  # at once, and the running jobs with it; Dask would wait for them


def _show(line):
    print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)


def _slots_per_machine(client):
    """How many jobs the busiest machine of the cluster does at a time."""
    from distributed.comm import get_address_host

    slots = Counter()
    for address, threads in client.nthreads().items():
        slots[get_address_host(address)] += threads
    return max(slots.values())


def _outcome(future):
    try:
        return future.result()
    except Exception as error:  # lost with its workers or its scheduler
        return f"{type(error).__name__}: {error}"


def attempt(job, slots):
    """Do a job in a process of its own; Dask calls this on a worker.

    Args:
        job: what to do.
        slots: how many jobs this machine does at a time; they share its cores.

    Returns:
        None if the process succeeded, or one line that says why it failed.
    """
    from dask.system import CPU_COUNT

    threads = dict.fromkeys(THREADS, str(max(1, CPU_COUNT // slots)))
    with subprocess.Popen(
        [sys.executable, "-m", *job.command],
        cwd=ROOT,
        env=os.environ | threads,
        stdin=subprocess.PIPE,  # open as long as this process lives: see `end_with_worker`
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as process:
        shown = process.stderr.read()
    if process.returncode == 1:  # an error that the job told of, or one that Python did
        return shown.strip().splitlines()[-1]
    return f"the process ended with status {process.returncode}" if process.returncode else None


def end_with_worker():
    """End this process when its standard input does, so that no job outlives the worker that started it."""
    threading.Thread(target=lambda: (os.read(0, 1), os._exit(2)), daemon=True).start()
