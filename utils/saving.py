"""Networks in files that others can read: without the optimizer, and without what Keras before 3.15 stops at."""

import json
import zipfile


def save_without_optimizer(network, file):
    """Save a copy of a network that was never compiled, so that Keras 3.13, as on Colab, can load it too.

    Args:
        network: a Keras model; it stays as it is.
        file: path that ends with ".keras".
    """
    light = type(network).from_config(network.get_config())
    light.set_weights(network.get_weights())
    light.save(file)
    _without_axes(file)


def _without_axes(file):
    """Take from a saved network what the initializers of Keras 3.15 say of axes."""
    with zipfile.ZipFile(file) as archive:
        parts = {part: archive.read(part) for part in archive.infolist()}
    with zipfile.ZipFile(file, "w") as archive:
        for part, content in parts.items():
            if part.filename == "config.json":
                content = json.dumps(_plain(json.loads(content))).encode()
            archive.writestr(part, content)


def _plain(value):
    if isinstance(value, dict):
        axes = ("input_axes", "output_axes")
        return {key: _plain(each) for key, each in value.items() if key not in axes}
    return [_plain(each) for each in value] if isinstance(value, list) else value
