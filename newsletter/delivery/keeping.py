"""What is the same for all readers of an issue, built once in a process."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Made = TypeVar("Made")

# Several lists may leave in the same hour, and a text may be corrected on its way.
_FEW = 8


class KeptFew(Generic[Made]):
    """A few things that are dear to make, by what they were made of."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._made: dict[Hashable, Made] = {}

    def get(self, made_of: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made of this before, or make it now."""
        found = self._made.get(made_of)
        if found is None:
            if len(self._made) >= _FEW:
                self._made.clear()
            found = self._made[made_of] = make()
        return found
