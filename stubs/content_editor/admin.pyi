from typing import Any

from django.contrib import admin

class ContentEditorInline(admin.StackedInline[Any, Any]):
    regions: Any
    icon: str
    color: str
    @classmethod
    def create(cls, model: type[Any], **kwargs: Any) -> type[ContentEditorInline]: ...

class ContentEditor(admin.ModelAdmin[Any]): ...
