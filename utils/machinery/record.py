"""Recorded tables, made part by part.

With a parameter `seeds` in its generator, each seed of a table is a part that `jobs` can have made on this machine or on a
cluster. Finished parts are kept in `runs/measurements` with their provenance, so what was stopped goes on where it was.
A table is written to `data/measurements/NAME.csv` when all its parts are there.
"""

import json
from dataclasses import dataclass

import pandas as pd

from utils.experiments.tables import TABLES
from utils.machinery.arguments import UsageError, check_workers
from utils.machinery.jobs import OTHER_CODE, end_with_worker, job_key, run_jobs
from utils.paths import MEASUREMENTS, runs
from utils.provenance import code_hash, provenance
from utils.records import head, read_json, write_json, write_text


@dataclass(frozen=True)
class Part:
    """A part of a table: the rows of one seed, or all if `seed` is None."""

    table: str
    seed: int | None
    key: str

    @property
    def file(self):
        """Where the part is, {"rows", "provenance"} as JSON, once it is made."""
        return runs() / "measurements" / f"{self.key}.json"

    @property
    def done(self):
        """Whether the part is made."""
        return self.file.is_file()

    @property
    def command(self):
        """The arguments of `python -m` that make the part."""
        return ["utils.measurements", "--part", self.key, self.table]

    def make(self):
        """Make the rows, and write them with their provenance."""
        table = TABLES[self.table]
        about = provenance(code_hash(table.code))
        write_json(self.file, {"rows": table.rows(self.seed), "provenance": about})

    def __str__(self):
        return self.table if self.seed is None else f"{self.table}, seed {self.seed}"


def parts(name):
    """Return the parts of the table `name`, in order."""
    table = TABLES[name]
    return [Part(name, seed, job_key(table.code, f"{name} {seed}")) for seed in table.seeds]


def record(names, workers=None, scheduler=None):
    """Make the tables `names`, and write each that is complete below its command and the provenance of its parts.

    Args:
        names: keys of `TABLES`.
        workers: how many parts at a time on this machine; None means one.
        scheduler: address of a Dask scheduler whose workers make the parts instead.

    Returns:
        True if every table is complete.

    Raises:
        UsageError: what was asked for cannot be done; nothing was.
    """
    check_workers(workers, scheduler)
    if unknown := [name for name in names if name not in TABLES]:
        raise UsageError(f"no table {', '.join(unknown)}; there are: {', '.join(TABLES)}")
    planned = {name: parts(name) for name in names}
    shared = [part for name in names if not TABLES[name].timed for part in planned[name]]
    alone = [part for name in names if TABLES[name].timed for part in planned[name]]
    errors = run_jobs(shared, workers, scheduler) | run_jobs(alone)
    for name, made in planned.items():
        if all(part.done for part in made):
            _write(name, made)
    return not errors


def make_part(name, key):
    """Make the part of a table that has this key; what a worker is told. Return None, or why it cannot be made."""
    end_with_worker()
    found = [part for part in parts(name) if part.key == key]
    if not found:
        return OTHER_CODE
    found[0].make()
    return None


def _write(name, made):
    rows, sources = [], {}
    for part in made:
        content = read_json(part.file)
        rows += content["rows"]
        sources.setdefault(json.dumps(content["provenance"]), []).append(part.seed)
    lines = [f"python -m utils.measurements {name}"]
    for about, seeds in sources.items():
        which = {} if seeds == [None] else {"seeds": seeds}
        lines.append(json.dumps(which | json.loads(about)))
    file = MEASUREMENTS / f"{name}.csv"
    write_text(
        file, "".join(f"# {line}\n" for line in lines) + pd.DataFrame(rows).to_csv(index=False)
    )
    print(f"{name}: {len(rows)} rows in {file}", flush=True)


def staleness(name):
    """Say why a recorded table may differ from what its command would make today, or return None.

    Returns:
        (declared, reason): whether the table's head says so itself, in a line "# stale: REASON".
    """
    lines = head(name)
    for line in lines:
        if line.startswith("stale: "):
            return True, line.removeprefix("stale: ")
    today = code_hash(TABLES[name].code)
    made_by = {json.loads(line)["code"] for line in lines if line.startswith("{")}
    return None if made_by == {today} else (False, "the code that makes it has changed")
