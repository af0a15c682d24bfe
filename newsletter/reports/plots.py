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


@dataclass(frozen=True)
class Stack:
    """What came above the line and what went below it, at one place."""

    x: float
    width: float
    up: tuple[float, float]
    down: tuple[float, float]


def up_and_down(
    pairs: Sequence[tuple[int, int]], *, width: float, height: float, gap: float = 3.0
) -> tuple[float, list[Stack]]:
    """Return where the line runs, and columns on both sides of it on one scale.

    Args:
        pairs: what came and what went.

    >>> line, [stack] = up_and_down([(30, 10)], width=40, height=80)
    >>> line, stack.up, stack.down
    (60.0, (0.0, 60.0), (60.0, 20.0))
    """
    most_up = max((up for up, _down in pairs), default=0)
    most_down = max((down for _up, down in pairs), default=0)
    scale = height / max(most_up + most_down, 1)
    line = round(most_up * scale, 1)
    each = (width - gap * (len(pairs) - 1)) / max(len(pairs), 1)
    return line, [
        Stack(
            x=round(place * (each + gap), 1),
            width=round(each, 1),
            up=(round(line - _high(up, scale), 1), _high(up, scale)),
            down=(line, _high(down, scale)),
        )
        for place, (up, down) in enumerate(pairs)
    ]


def _high(value: int, scale: float) -> float:
    return round(max(value * scale, LEAST_HEIGHT), 1) if value else 0.0


def curve(
    values: Sequence[float],
    *,
    width: float,
    height: float,
    places: int,
    lowest: float,
    highest: float,
) -> str:
    """Return the points of a line through values, as SVG has them.

    Args:
        places: how many values fit on the whole width.

    >>> curve([100, 90], width=100, height=50, places=3, lowest=80, highest=100)
    '0.0,0.0 50.0,25.0'
    """
    step = width / max(places - 1, 1)
    span = max(highest - lowest, 1)
    return " ".join(
        f"{place * step:.1f},{height * (highest - value) / span:.1f}"
        for place, value in enumerate(values)
    )


def rising(
    steps: Sequence[tuple[float, int]],
    *,
    width: float,
    height: float,
    span: float,
    most: int,
) -> str:
    """Return the points of a line that climbs by so much at each place.

    Args:
        steps: place and by how much, from left to right; the places in the unit of
            ``span``, which is as wide as the plot.
        most: how much is as high as the plot.

    >>> rising([(0, 1), (5, 1), (20, 8)], width=100, height=50, span=10, most=2)
    '0.0,25.0 50.0,25.0 50.0,0.0 100.0,0.0'
    """
    points: list[str] = []
    total, before = 0, height
    for place, more in steps:
        if place > span:
            break
        total += more
        x, y = width * max(place, 0) / span, height - height * total / max(most, 1)
        if points:
            points.append(f"{x:.1f},{before:.1f}")
        points.append(f"{x:.1f},{y:.1f}")
        before = y
    return " ".join([*points, f"{width:.1f},{before:.1f}"]) if points else ""
