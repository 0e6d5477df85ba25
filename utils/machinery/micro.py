"""The microcontrollers' interpreter, `tflite-micro`, where its package is installed."""

import importlib.util
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from utils.devices import quantize

MICRO = """
import sys, numpy
from tflite_micro import runtime
opened = runtime.Interpreter.from_file(sys.argv[1])
images = numpy.load(sys.argv[2])
answers = []
for image in images:
    opened.set_input(image[None], 0)
    opened.invoke()
    answers.append(int(opened.get_output(0).argmax()))
opened.print_allocations()
print("answers", *answers)
"""


def in_tflite_micro(content, x):
    """Run an int8 file in the microcontrollers' interpreter, where its package is installed.

    Args:
        content: the file's bytes.
        x: (n, 32, 32, 1) images.

    Returns:
        (arena in bytes, answers as a list of n), or None without the package `tflite-micro`.
    """
    if importlib.util.find_spec("tflite_micro") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        file, images = Path(folder) / "network.tflite", Path(folder) / "images.npy"
        file.write_bytes(content)
        np.save(images, quantize(x, 1 / 255, -128))
        command = [sys.executable, "-c", MICRO, str(file), str(images)]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    said = done.stdout + done.stderr
    arena = int(re.search(r"Arena allocation total (\d+) bytes", said)[1])
    return arena, [
        int(word) for word in re.search(r"^answers (.*)$", said, re.MULTILINE)[1].split()
    ]
