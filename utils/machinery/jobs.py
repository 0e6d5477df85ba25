"""Jobs on Dask workers, of this machine or of a cluster, each in a process of its own with its share of the cores.

A job is a command of the series, such as a `trial.Trial` of a sweep. It has a `key`, a hash of what it does and of the
code; `command`, the arguments of `python -m`; `done`, whether it has left its result; and a text for messages.
"""

import hashlib
import itertools
import logging
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager

from utils.machinery.arguments import UsageError
from utils.paths import ROOT
from utils.provenance import code_hash, versions

THREADS = (
    "TF_NUM_INTEROP_THREADS",
    *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),
)
"""Environment variables that say how many cores a process may use; TensorFlow's: see `backend.CORES`."""
OTHER_CODE = "the worker's code or packages are not those that this started with"
STOPPED = "Stopped. What finished is kept, and the same command goes on from there."


def job_key(code, what):
    """Return the key of a job: it changes when the job, the code that does it, or a numerical package does.

    Args:
        code: Python source, as for `provenance.code_hash`.
        what: a text that says what the job does.
    """
    parts = [code_hash(code), what, *(f"{name}=={version}" for name, version in versions().items())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def run_jobs(jobs, workers=None, scheduler=None):
    """Have the jobs done that are not, and return why some failed: {key: one line}.

    On a terminal a line that lives says how far they are.

    Args:
        jobs: a list; a job that is done is not repeated.
        workers: how many at a time on this machine; None means one.
        scheduler: address of a Dask scheduler whose workers do them instead.

    Raises:
        UsageError: there is no Dask, or no scheduler answers; nothing was run.
        KeyboardInterrupt: it was interrupted; the jobs that ran on this machine are ended, what finished is kept.
    """
    waiting = [job for job in jobs if not job.done]
    if not waiting:
        return {}
    with _cluster(workers or 1, scheduler) as client:
        print(f"{len(jobs)} runs, {len(jobs) - len(waiting)} finished before", flush=True)
        try:
            return _follow(client, waiting)
        except KeyboardInterrupt:
            show("")
            end_processes()  # or Dask would wait for them
            raise


@contextmanager
def _cluster(workers, scheduler):
    """A Dask client: of the cluster at `scheduler`, or of `workers` threads that each look after a process."""
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise UsageError("workers need Dask; allowed after `pip install distributed`") from error
    logging.getLogger("distributed").setLevel(logging.WARNING)  # it tells of each closed connection
    if scheduler is not None:
        try:
            client = Client(scheduler, timeout=5)
        except (OSError, ValueError) as error:
            raise UsageError(
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
    from distributed import as_completed

    show("waiting for a worker")
    client.wait_for_workers(1)
    slots = _slots_per_machine(client)
    # given out one by one: jobs take so differently long that Dask would leave workers idle
    futures, queue, running = {}, iter(waiting), as_completed()

    def give_out():
        free = sum(client.nthreads().values()) - running.count()
        for job in itertools.islice(queue, max(0, free)):
            future = client.submit(attempt, job, slots, key=job.key)
            futures[future] = job
            running.add(future)

    start, errors = time.perf_counter(), {}
    show(f"0 of {len(waiting)} done")
    give_out()
    for ended, future in enumerate(running, 1):
        give_out()
        job, error = futures[future], _outcome(future)
        if not job.done:
            errors[job.key] = error or "it left no result here; allowed: a shared folder"
            show("")
            print(f"FAILED {job}: {errors[job.key]}", flush=True)
        left = (time.perf_counter() - start) / ended * (len(waiting) - ended)
        show(
            f"{ended - len(errors)} of {len(waiting)} done, {len(errors)} failed, {left:.0f} s left"
        )
    show("")
    return errors


def show(line):
    """Show a line in place of the one before, where standard error is a terminal."""
    if sys.stderr.isatty():
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


_processes = set()
"""The processes of the jobs that this process is looking after."""


def end_processes():
    """Kill the processes of the jobs that this process is looking after."""
    for process in list(_processes):
        process.kill()


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
        encoding="utf-8",
        errors="replace",
    ) as process:
        _processes.add(process)
        shown = process.stderr.read().strip().splitlines()
    _processes.discard(process)
    if process.returncode == 1 and shown:  # an error that the job told of, or one that Python did
        return shown[-1]
    return f"the process ended with status {process.returncode}" if process.returncode else None


def end_with_worker():
    """End this process when its standard input does, so that no job outlives the worker that started it."""
    threading.Thread(target=lambda: (os.read(0, 1), os._exit(2)), daemon=True).start()
