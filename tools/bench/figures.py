"""One figure: a JSON object on a line, the median of a few runs."""

import json
import resource
import statistics
from collections.abc import Callable


def report(
    name: str, unit: str, measure: Callable[[], float], *, runs: int, **about: object
) -> float:
    """Measure a few times and print the median; return it.

    ``peak_mb`` is the largest worker process of all that ended until now.
    """
    values = [measure() for _run in range(runs)]
    median = statistics.median(values)
    line = {
        "name": name,
        "value": round(median, 2 if median < 100 else 0),
        "unit": unit,
        "runs": [round(value, 2) for value in values],
        "peak_mb": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
        **about,
    }
    print(json.dumps(line), flush=True)
    return median
