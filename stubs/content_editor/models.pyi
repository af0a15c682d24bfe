from typing import Any

from django.db import models

class Region(dict[str, Any]):
    def __init__(self, *, key: str, title: Any, inherited: bool = ...) -> None: ...

class PluginBase(models.Model):
    class Meta:
        abstract = True
