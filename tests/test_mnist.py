"""The verified digits and their split."""

import hashlib
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.mnist import FILE, SHAPES, DataError, load_mnist, split, stratified_sample

PUBLISHED_MD5 = {
    "x_train": "6bbc9ace898e44ae57da46a324031adb",
    "y_train": "a25bea736e30d166cdddb491f175f624",
    "x_test": "2646ac647ad5339dbf082846283269ea",
    "y_test": "27ae3e4e09519cfbb04c329615203637",
}


@pytest.mark.parametrize("name", PUBLISHED_MD5)
def test_arrays_written_as_idx_have_the_published_md5(mnist, name):
    array = getattr(mnist, name)
    header = struct.pack(">BBBB", 0, 0, 8, array.ndim)
    header += struct.pack(f">{array.ndim}I", *array.shape)
    assert hashlib.md5(header + array.tobytes()).hexdigest() == PUBLISHED_MD5[name]


def test_arrays_are_read_only_bytes_of_the_stated_shapes(mnist):
    for name, shape in SHAPES.items():
        array = getattr(mnist, name)
        assert array.shape == shape and array.dtype == np.uint8
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_works_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_mnist().x_test.shape == (10_000, 28, 28)


def refused(path, *fragments, **options):
    with pytest.raises(DataError) as caught:
        load_mnist(path, **options)
    for fragment in (str(path), "Expected", "Found", "git checkout", *fragments):
        assert fragment in str(caught.value)


def test_missing_file(tmp_path):
    refused(tmp_path / "mnist.npz", "nothing there")


def test_one_flipped_byte(tmp_path):
    content = bytearray(FILE.read_bytes())
    content[5_000_000] ^= 1
    (tmp_path / "mnist.npz").write_bytes(content)
    refused(tmp_path / "mnist.npz", "altered", "11,490,519")


def test_file_cut_short(tmp_path):
    (tmp_path / "mnist.npz").write_bytes(FILE.read_bytes()[:1_000])
    refused(tmp_path / "mnist.npz", "cut short", "1,000 bytes")
    refused(tmp_path / "mnist.npz", ".npz file", sha256=None)


def test_not_an_npz_file(tmp_path):
    (tmp_path / "mnist.npz").write_text("<html>404</html>", encoding="utf-8")
    refused(tmp_path / "mnist.npz", sha256=None)


def arrays(**changed):
    return {name: np.zeros(shape, np.uint8) for name, shape in SHAPES.items()} | changed


@pytest.mark.parametrize(
    ("changed", "fragment"),
    [
        ({"x_test": np.zeros((10_000, 32, 32), np.uint8)}, "(10000, 32, 32)"),
        ({"y_train": np.zeros(60_000, np.int64)}, "int64"),
        ({"y_test": np.array([{"a": "pickle"}])}, "allow_pickle"),
    ],
)
def test_wrong_shape_wrong_type_and_pickles_are_refused(tmp_path, changed, fragment):
    np.savez(tmp_path / "own.npz", **arrays(**changed))
    refused(tmp_path / "own.npz", fragment, sha256=None)


def test_missing_array(tmp_path):
    incomplete = arrays()
    del incomplete["y_test"]
    np.savez(tmp_path / "own.npz", **incomplete)
    refused(tmp_path / "own.npz", "array y_test", sha256=None)


def test_own_data_in_the_same_layout(tmp_path):
    np.savez(tmp_path / "own.npz", **arrays())
    assert load_mnist(tmp_path / "own.npz", sha256=None).y_test.sum() == 0


def test_default_split_is_disjoint_complete_and_stratified(mnist):
    train, validation = split(mnist.y_train)
    assert (len(train), len(validation)) == (55_000, 5_000)
    assert np.array_equal(np.sort(np.concatenate([train, validation])), np.arange(60_000))
    expected = np.bincount(mnist.y_train) / 12
    assert np.abs(np.bincount(mnist.y_train[validation]) - expected).max() <= 1


@settings(max_examples=50, deadline=None)
@given(
    n=st.integers(100, 600),
    share=st.floats(0.2, 0.6),
    rest=st.floats(0.5, 1.0),
    seed=st.integers(0, 2**32 - 1),
)
def test_split_properties(n, share, rest, seed):
    labels = np.arange(n) % 10
    validation_size = int(n * share)
    train_size = max(10, int((n - validation_size) * rest))
    train, validation = split(labels, validation_size, train_size, seed)
    assert len(train) == train_size and len(validation) == validation_size
    assert not set(train) & set(validation)
    assert len(set(train)) == train_size and set(train) | set(validation) <= set(range(n))
    assert np.ptp(np.bincount(labels[validation], minlength=10)) <= 2
    again = split(labels, validation_size, train_size, seed)
    assert np.array_equal(train, again[0]) and np.array_equal(validation, again[1])


def test_seeds_give_different_splits(mnist):
    assert not np.array_equal(split(mnist.y_train, seed=0)[1], split(mnist.y_train, seed=1)[1])


@pytest.mark.parametrize(
    "sizes", [(0, None), (60_000, None), (5_000, 55_001), (5_000, 3), (-1, None), (5_000, 0)]
)
def test_impossible_sizes_are_refused(mnist, sizes):
    with pytest.raises(ValueError, match="allowed: at least 10"):
        split(mnist.y_train, *sizes)


def test_a_stratified_sample_keeps_the_shares_and_a_seed_repeats(mnist):
    rows = stratified_sample(mnist.y_train, 1_000, seed=3)
    assert np.array_equal(rows, stratified_sample(mnist.y_train, 1_000, seed=3))
    assert len(set(rows.tolist())) == 1_000 and (np.diff(rows) > 0).all()
    counts = np.bincount(mnist.y_train[rows])
    assert np.abs(counts - np.bincount(mnist.y_train) / 60).max() <= 1
    assert len(set(rows) & set(stratified_sample(mnist.y_train, 1_000, seed=4))) < 100


def test_all_rows_are_a_stratified_sample_too(mnist):
    assert np.array_equal(stratified_sample(mnist.y_train[:500], 500), np.arange(500))
    with pytest.raises(ValueError, match="validation_size is 9; allowed: at least 10"):
        stratified_sample(mnist.y_train, 9)
