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
