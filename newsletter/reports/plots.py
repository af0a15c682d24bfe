"""Small plots as numbers to draw: where each column stands and how high it is."""

from collections.abc import Sequence
from dataclasses import dataclass

# Even one reader among thousands is a line that can be seen.
LEAST_HEIGHT = 2.0


@dataclass(frozen=True)
class Column:
    """One column; ``height`` is None where nothing is known."""

    x: float
    y: float
    width: float
    height: float | None


def columns(
    values: Sequence[int | None], *, width: float, height: float, gap: float = 4.0
) -> list[Column]:
    """Return columns from zero upwards, as wide as the plot allows.

    >>> [column.height for column in columns([50, 100, 0, None], width=96, height=40)]
    [20.0, 40.0, 0.0, None]
    """
    if not values:
        return []
    most = max((value for value in values if value), default=0)
    each = (width - gap * (len(values) - 1)) / len(values)
    return [
        _column(value, most, place * (each + gap), each, height)
        for place, value in enumerate(values)
    ]


def _column(
    value: int | None, most: int, x: float, width: float, height: float
) -> Column:
    if value is None:
        return Column(x, height, width, None)
    high = max(height * value / most, LEAST_HEIGHT) if value else 0.0
    return Column(round(x, 1), round(height - high, 1), round(width, 1), round(high, 1))
