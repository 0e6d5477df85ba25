"""What the verdicts rest on: for each sentence its recorded rows, paired and recomputed. Shown in the lab's chapters.

A file `data/verdicts/NN.csv` has one line for each sentence of verdict in chapter NN:

- `sentence`: as it stands in the chapter.
- `table`, `rows`, `column`: a recorded table, a pandas query that selects its rows, and the number to average.
- `minus`: a query for the rows to subtract, paired by the columns of `pair`; empty for a plain mean.
- `pair`: the columns that pair, separated by spaces, such as "seed"; without `minus`, the rows to average.
- `factor`, `unit`: what the number is multiplied by (100 for percent), and its unit then.
- `family`: the comparisons that Holm's method counts together; empty for a plain mean.
- `shows`: "lower" or "higher" (than 0, by the interval and after Holm), "not shown", or "mean" for a plain mean.
"""

import numpy as np
import pandas as pd
from scipy import stats

from utils.evaluation import mean_interval
from utils.paths import DATA
from utils.records import recorded

VERDICTS = DATA / "verdicts"


def verdicts(chapter=None):
    """Return the sentences of a chapter, or of all, with what they rest on as recomputed from the recorded tables.

    Args:
        chapter: a number, such as 7; None for all chapters.

    Returns:
        A DataFrame with the columns of the files, `chapter`, and `n` (pairs, or rows of a plain mean), `mean`, `low`,
        `high` (a 95% t interval, in `unit`) and `p` (two-sided, paired t, after Holm within the family).
    """
    files = sorted(VERDICTS.glob("*.csv" if chapter is None else f"{chapter:02}.csv"))
    parts = [pd.read_csv(file, encoding="utf-8", dtype=str).fillna("") for file in files]
    numbers = [int(file.stem) for file in files]
    table = pd.concat(parts, keys=numbers, names=["chapter", "row"]).reset_index("chapter")
    values = [_values(row) for row in table.itertuples()]
    table["n"] = [len(each) for each in values]
    table[["mean", "low", "high"]] = [mean_interval(each) for each in values]
    table["p"] = [stats.ttest_1samp(each, 0).pvalue for each in values]
    plain = table["minus"] == ""
    table.loc[plain, "p"] = np.nan
    table["p"] = table["p"].groupby(table["family"]).transform(holm)
    return table.reset_index(drop=True)


def holm(p):
    """Adjust p values for their number by Holm's method; NaN stays.

    Args:
        p: p values between 0 and 1 of one family of comparisons.

    Returns:
        An array: each p times the number of values that are no smaller, never less than a smaller one's, at most 1.

    Source: Holm (1979), A simple sequentially rejective multiple test procedure. Taught in 09_data_and_remedies.
    """
    p = np.asarray(p, dtype=float)
    adjusted, known = np.full(len(p), np.nan), np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known])]
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(1, np.maximum.accumulate(factors * p[order]))
    return adjusted


def _values(row):
    """The numbers that a sentence rests on: one for each pair, or row."""
    table, by = recorded(row.table), row.pair.split()
    first, second = (
        table.query(query).groupby(by)[row.column].mean() if query else 0
        for query in (row.rows, row.minus)
    )
    return float(row.factor) * (first - second).dropna().to_numpy()
