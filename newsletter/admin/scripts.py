"""Pages whose editors come as script modules."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest
from js_asset.media import Media

if TYPE_CHECKING:
    Base = admin.ModelAdmin
else:
    Base = object


class ScriptsWithNonce(Base):
    """Gives the import map the page's nonce; without it no editor starts (CSP)."""

    def render_change_form(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> Any:
        """Mark the scripts of the page as our own."""
        response: Any = super().render_change_form(request, *args, **kwargs)
        # No truth test: the lazy nonce is falsy until it is first used.
        if hasattr(request, "csp_nonce"):
            response.context_data["media"] = Media.from_media(
                response.context_data["media"], nonce=str(request.csp_nonce)
            )
        return response
