"""Say the diagnosis at the end of Keras's `fit`. Taught in 06_diagnose_overfitting."""

from utils.backend import keras
from utils.diagnosis import diagnose

HARDER = (
    "Dropout",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "AlphaDropout",
    "GaussianDropout",
    "GaussianNoise",
)
"""Layers that make training harder than validation; so do those whose name begins with "Random"."""


class DiagnoseAtEnd(keras.callbacks.Callback):
    """A callback for `keras.Model.fit` that diagnoses the run when it is over, and prints what it found.

    Attributes:
        diagnosis: the `diagnosis.Diagnosis` of the last run, None before.

    Args:
        floor, start, disturbed: as for `diagnosis.diagnose`; without `disturbed`, the network's layers decide.
    """

    def __init__(self, floor=None, start=None, disturbed=None):
        super().__init__()
        self.diagnosis = None
        self._known = {"floor": floor, "start": start, "disturbed": disturbed}
        self._rows = []

    def on_train_begin(self, logs=None):
        """Forget an earlier run."""
        self._rows = []

    def on_epoch_end(self, epoch, logs=None):
        """Keep the losses of an epoch."""
        self._rows.append(dict(logs or {}))

    def on_train_end(self, logs=None):
        """Diagnose and print; a run without validation says what is missing."""
        if not self._rows or "val_loss" not in self._rows[-1]:
            print("No diagnosis: give `fit` validation data.")
            return
        known = dict(self._known)
        if known["disturbed"] is None and any(map(makes_harder, self.model.layers)):
            known["disturbed"] = True
        self.diagnosis = diagnose(self._rows, **known)
        print(self.diagnosis)


def makes_harder(layer):
    """Whether a Keras layer disturbs training and leaves validation alone."""
    name = type(layer).__name__
    return name in HARDER or name.startswith("Random")
