"""Every recorded table: what makes it, whether its numbers are times, and how it is cut into parts."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

from utils.experiments import (
    area_regression,
    best,
    capacity,
    chapters,
    crossing,
    curve_edge,
    curve_tuning,
    few_images,
    heads,
    histories,
    intervals,
    ladder,
    ladder_edges,
    leaks,
    learning_curves,
    mistakes,
    noisy_labels,
    own_numbers,
    own_pictures,
    peeking,
    published,
    race,
    rates_above,
    recipes,
    remedies,
    speed,
    variants,
)


@dataclass(frozen=True)
class Table:
    """A recorded table.

    Attributes:
        generator: function that yields its rows as dicts.
        timed: whether it holds times: then its parts are made one by one on this machine, which should do nothing else.
    """

    generator: Callable
    timed: bool = False

    @property
    def seeds(self):
        """The seeds of its parts, or [None] if it is made in one piece."""
        found = inspect.signature(self.generator).parameters.get("seeds")
        return list(found.default) if found else [None]

    @property
    def code(self):
        """Python source that imports what makes the table, for `provenance.code_hash`."""
        return f"import {self.generator.__module__}"

    def rows(self, seed):
        """Make the rows of one of `seeds`."""
        return list(self.generator() if seed is None else self.generator([seed]))


TABLES = {
    "recipes": Table(recipes.recipes),
    "variant_rates": Table(variants.variant_rates),
    "rates_above": Table(rates_above.rates_above),
    "variants": Table(variants.variants),
    "few_images_trials": Table(few_images.few_images_trials),
    "few_images": Table(few_images.few_images),
    "peeking": Table(peeking.peeking),
    "time_to_99": Table(race.time_to_99, timed=True),
    "sprints": Table(race.sprints, timed=True),
    "epoch_seconds": Table(speed.epoch_seconds, timed=True),
    "fit_pairs": Table(speed.fit_pairs),
    "scene_trials": Table(crossing.scene_trials),
    "scene_epochs": Table(crossing.scene_epochs),
    "scenes": Table(crossing.scenes),
    "interval_trials": Table(intervals.interval_trials),
    "area_intervals": Table(intervals.area_intervals),
    "head_trials": Table(heads.head_trials),
    "area_heads": Table(heads.area_heads),
    "area_transfer": Table(area_regression.area_transfer),
    "area_turns": Table(area_regression.area_turns),
    "curve_tuning": Table(curve_tuning.curve_tuning),
    "curve_edge": Table(curve_edge.curve_edge),
    "learning_curves": Table(learning_curves.learning_curves),
    "noisy_labels": Table(noisy_labels.noisy_labels),
    "planted_labels": Table(noisy_labels.planted_labels),
    "capacity": Table(capacity.capacity),
    "remedies": Table(remedies.remedies),
    "leaks": Table(leaks.leaks),
    "histories": Table(histories.histories),
    "decays": Table(published.decays),
    "published": Table(published.published),
    "ladder_rates": Table(ladder.ladder_rates),
    "ladder_edges": Table(ladder_edges.ladder_edges),
    "ladder": Table(ladder.ladder),
    "candidates": Table(best.candidates),
    "best": Table(best.best),
    "mistakes": Table(mistakes.mistakes),
    "own_roundtrip": Table(own_pictures.own_roundtrip),
    "own_refusals": Table(own_pictures.own_refusals),
    "own_photographs": Table(own_pictures.own_photographs),
    "own_sheets": Table(own_pictures.own_sheets),
    "own_slants": Table(own_numbers.own_slants),
    "own_coins": Table(own_numbers.own_coins),
    "chapters": Table(chapters.chapters, timed=True),
}
"""Every recorded table by its name, that of its file in `data/measurements`."""
