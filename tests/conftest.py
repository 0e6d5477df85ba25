import signal

import pytest

from utils.mnist import load_mnist


@pytest.fixture(scope="session")
def mnist():
    return load_mnist()


@pytest.fixture(scope="session", autouse=True)
def interrupts():
    """A shell makes what it starts in the background deaf to interrupts, and so the processes that tests start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Where processes share the tests, a file's tests go to one of them, but each that takes long goes by itself."""
    for item in items:
        alone = item.get_closest_marker("long") or item.get_closest_marker("slow")
        group = item.nodeid if alone else item.nodeid.split("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))
