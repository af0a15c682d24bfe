"""One figure: a JSON object on a line, the median of a few runs."""

import json
import statistics
from collections.abc import Callable

_peaks: list[int] = []


def note_peak(megabytes: int) -> None:
    """Keep how much memory a worker had, for the next figure."""
    _peaks.append(megabytes)


def report(
    name: str, unit: str, measure: Callable[[], float], *, runs: int, **about: object
) -> float:
    """Measure a few times and print the median; return it.

    ``peak_mb`` is the most memory that one of our workers had meanwhile.
    """
    values = [measure() for _run in range(runs)]
    median = statistics.median(values)
    line = {
        "name": name,
        "value": round(median, 2 if median < 100 else 0),
        "unit": unit,
        "runs": [round(value, 2) for value in values],
        **({"peak_mb": max(_peaks)} if _peaks else {}),
        **about,
    }
    _peaks.clear()
    print(json.dumps(line), flush=True)
    return median
