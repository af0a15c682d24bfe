from typing import Any

from django.db import models

class ImageField(models.ImageField):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class PPOIField(models.CharField[str, str]):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
