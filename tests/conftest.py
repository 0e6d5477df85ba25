import signal

import pytest

from utils.mnist import load_mnist


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """With `--dist loadgroup`, the tests of the book stay on one worker, which gathers all pages once.

    The groups of pytest-xdist 3.8, marks by which it would do so itself, have no effect with pytest 9.2.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            module = nodeid.partition("::")[0]
            return module if module.endswith("test_site.py") else nodeid

    return Together(config, log) if config.getoption("dist") == "loadgroup" else None


@pytest.fixture(scope="session")
def mnist():
    return load_mnist()


@pytest.fixture(scope="session", autouse=True)
def interrupts():
    """A shell makes what it starts in the background deaf to interrupts, and so the processes that tests start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
