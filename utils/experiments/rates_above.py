"""Is the largest rate large enough? One more trial for each variant of chapter 7, above those of `variants.RATES`."""

from utils.experiments.held_out import choose_and_judge, held_out_task
from utils.experiments.variants import IMAGES, VARIANTS, misread, train_variant

ABOVE = 0.075


def rates_above(seeds=range(2)):
    """Errors of each variant at a rate above all of `variant_rates`, from the same digits and seeds."""
    task = held_out_task()
    choosing, _ = choose_and_judge(task)
    for seed in seeds:
        x, y = task.sample(IMAGES, 100 + seed)
        for variant in VARIANTS:
            network = train_variant(variant, x, y, ABOVE, 100 + seed)
            error = round(misread(network, *choosing), 5)
            yield {"variant": variant, "rate": ABOVE, "seed": seed, "error": error}
