import pytest

from utils.mnist import load_mnist


@pytest.fixture(scope="session")
def mnist():
    return load_mnist()
