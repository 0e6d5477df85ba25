"""Folders of runs: one that is being built, its owner, and what is left of one that was killed."""

import json
import shutil
import socket
import time

import psutil

from utils.records import read_json, write_json

OWNER = "owner.json"
RUNNING = "running"
TIME = "%Y-%m-%dT%H-%M-%S"
"""How a run's time stands in a folder's name, in local time."""


def claim(parent, name):
    """Make and return a folder `NAME-running` of this process's own; a number is added where the name is taken.

    What killed processes of this machine left in `parent` under `...-running` is cleared away first.
    """
    parent.mkdir(parents=True, exist_ok=True)
    clear_abandoned(parent)
    folder = _first_free(parent, name, f"-{RUNNING}", lambda place: place.mkdir())
    process = psutil.Process()
    about = {"host": socket.gethostname(), "pid": process.pid, "started": process.create_time()}
    write_json(folder / OWNER, about)
    return folder


def release(folder, name):
    """Rename a claimed folder to `name`, or to `name` with a number where that is taken; return its new place."""
    (folder / OWNER).unlink(missing_ok=True)
    return _first_free(folder.parent, name, "", folder.rename)


def replace(folder, name, stamp):
    """Rename a claimed folder to `name`; one that has this name is kept under the time of its file `stamp`.

    Returns:
        The folder's new place.
    """
    (folder / OWNER).unlink(missing_ok=True)
    target = folder.with_name(name)
    while True:
        try:
            return folder.rename(target)
        except OSError:  # another run has the name
            if not target.exists():
                raise
        try:
            dated = target / stamp if (target / stamp).exists() else target
            finished = time.localtime(dated.stat().st_mtime)
            _first_free(target.parent, time.strftime(TIME, finished), "", target.rename)
        except FileNotFoundError:  # and a third has moved it away meanwhile
            continue


def clear_abandoned(parent):
    """Remove what killed processes of this machine left in `parent` under `...-running`."""
    for folder in parent.glob(f"*-{RUNNING}"):
        if _abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _abandoned(folder):
    """Whether the process that claimed a folder is known to have ended."""
    try:
        owner = read_json(folder / OWNER)
        age = time.time() - folder.stat().st_mtime
    except (json.JSONDecodeError, FileNotFoundError):  # another process is at work here
        return False
    if not owner:  # claimed this moment, or by nobody
        return age > 60
    if owner["host"] != socket.gethostname():
        return False
    try:
        return psutil.Process(owner["pid"]).create_time() != owner["started"]
    except psutil.NoSuchProcess:
        return True


def _first_free(parent, name, ending, take):
    """`take` the first of NAME, NAME-2, NAME-3, ... in `parent` that is free, and return it."""
    number = 1
    while True:
        place = parent / f"{name}{'' if number == 1 else f'-{number}'}{ending}"
        if not place.exists():
            try:
                take(place)
                return place
            except OSError:
                if not place.exists():
                    raise
        number += 1
