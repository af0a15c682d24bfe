"""Numbers as they are read."""

from django.utils.formats import number_format


def grouped(number: int) -> str:
    """Return a number as it is read: 59.871."""
    return number_format(number, force_grouping=True)


def rounded(number: float | None, decimals: int) -> str:
    """Return a number as it is read; a dash where nothing is known."""
    if number is None:
        return "–"
    # Django cuts off what it does not show.
    return number_format(round(number, decimals), decimal_pos=decimals)


def in_a_hundred(share: float | None, decimals: int = 1) -> str:
    """Return a share as it is read: 98,2 %; a dash where nothing is known."""
    if share is None:
        return "–"
    if 0 < share < 10**-decimals:
        # What is seldom is told more exactly: one in ten thousand is not none.
        decimals += 1
    return f"{rounded(share, decimals)} %"
