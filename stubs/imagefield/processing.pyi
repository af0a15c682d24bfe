from collections.abc import Callable
from typing import TypeVar

_Processor = TypeVar("_Processor", bound=Callable[..., object])

def register(fn: _Processor) -> _Processor: ...
