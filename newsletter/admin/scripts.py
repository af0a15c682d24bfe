"""Pages whose editors come as script modules."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from js_asset import ImportMap, Script
from js_asset.media import Media

if TYPE_CHECKING:
    Base = admin.ModelAdmin
else:
    Base = object


_SLUG_SCRIPTS = {
    f"admin/js/{name}"
    for name in ("vendor/xregexp/xregexp.min.js", "urlify.js", "prepopulate.js")
}


class ScriptsWithNonce(Base):
    """Gives the import map the page's nonce; without it no editor starts (CSP).

    Attributes:
        scripts: the static files of the page where a row is changed; lists need none.
        modules: the names by which those scripts find others, and their static files.
    """

    scripts: ClassVar[tuple[str, ...]] = ()
    modules: ClassVar[dict[str, str]] = {}

    def render_change_form(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> Any:
        """Mark the scripts of the page as our own."""
        response: Any = super().render_change_form(request, *args, **kwargs)
        media = Media.from_media(response.context_data["media"])
        if not self.get_prepopulated_fields(request):
            media = _without_slugs(media)
        media += Media(
            js=[Script(name, type="module") for name in self.scripts],
            importmap=ImportMap(self.modules),
        )
        # No truth test: the lazy nonce is falsy until it is first used.
        if hasattr(request, "csp_nonce"):
            media = media.with_nonce(str(request.csp_nonce))
        response.context_data["media"] = media
        return response


def _without_slugs(media: Media) -> Media:
    """Leave out the 45 kB that every form gets and only fields with a slug need."""
    media._js_lists = [
        [script for script in scripts if str(script) not in _SLUG_SCRIPTS]
        for scripts in media._js_lists
    ]
    return media
