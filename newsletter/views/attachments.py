"""The door to what readers sent along: for colleagues, as a file, never as a page."""

from csp.decorators import csp_replace
from django.contrib.auth.decorators import user_passes_test
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from newsletter.mistakes.attachments import NotHandedOut, bytes_of
from newsletter.mistakes.models import ReaderMailAttachment

_staff_only = user_passes_test(
    lambda user: user.is_active and getattr(user, "is_staff", False),
    login_url="admin:login",
)


@require_safe
@_staff_only
@never_cache
@csp_replace(  # type: ignore[arg-type]  # typed for views without arguments
    {"default-src": ["'none'"], "sandbox": [""]}
)
def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out a file that came with a reader's mail; a stranger sent it."""
    if not request.user.has_perm("newsletter.view_readermail"):
        raise PermissionDenied
    mails = ReaderMailAttachment.objects.select_related("reader_mail")
    found = get_object_or_404(mails, pk=pk)
    try:
        content = bytes_of(found)
    except NotHandedOut:
        words = _("This attachment cannot be opened: it was refused, or is gone.")
        return HttpResponse(words, content_type="text/plain; charset=utf-8", status=410)
    name = found.name or f"{_('attachment')}-{found.part}"
    response = HttpResponse(content, content_type=found.content_type)
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    return response
