from collections.abc import Callable
from typing import Any

from django.db import models

def create_sanitizer(extensions: dict[str, Any]) -> Callable[[str], str]: ...

class ProseEditorField(models.TextField[str, str]):
    def __init__(
        self,
        verbose_name: Any = ...,
        *,
        blank: bool = ...,
        extensions: dict[str, Any] = ...,
        sanitize: Callable[[str], str] | bool = ...,
    ) -> None: ...
