"""The local mailbox as staff read it: every mail that left, on this machine only."""

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from newsletter.outbox.mailbox import (
    NoSuchMessage,
    StoredMessage,
    read_mailbox,
    read_message,
)

SHOWN = 200


# A link to a new password belongs to whom it was mailed, also on this machine.
_PASSWORD_LINK = "/admin/wachtwoord/"  # noqa: S105 (a path, no password)


def _is_staff(user: AbstractBaseUser | AnonymousUser) -> bool:
    return bool(user.is_active and getattr(user, "is_staff", False))


staff_only = user_passes_test(_is_staff)


def _may_read(request: HttpRequest, message: StoredMessage) -> bool:
    return request.user.is_superuser or _PASSWORD_LINK not in message.text


def _message(request: HttpRequest, name: str) -> StoredMessage:
    if settings.EMAIL_PROVIDER != "local":
        raise Http404("mail does not stay here")
    try:
        message = read_message(name)
    except NoSuchMessage as missing:
        raise Http404("no such mail") from missing
    if not _may_read(request, message):
        raise Http404("somebody else's mail")
    return message


@require_safe
@staff_only
@never_cache
def mailbox(request: HttpRequest) -> HttpResponse:
    """List what arrived, newest first."""
    is_local = settings.EMAIL_PROVIDER == "local"
    page = {
        "messages_in_box": [
            mail
            for mail in read_mailbox(SHOWN)
            if is_local and _may_read(request, mail)
        ],
        "is_local": is_local,
    }
    return render(request, "newsletter/mailbox.html", page)


@require_safe
@staff_only
@never_cache
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail: its lines, its text and its design in a frame."""
    return render(request, "newsletter/mail.html", {"mail": _message(request, name)})


@require_safe
@staff_only
@never_cache
@xframe_options_sameorigin
@csp_replace(  # type: ignore[arg-type]  # typed for views without arguments
    {
        "default-src": ["'none'"],
        "img-src": ["'self'", "https:", "data:"],
        "style-src": ["'unsafe-inline'"],
        "frame-ancestors": ["'self'"],
        "script-src": None,
        "base-uri": None,
    }
)
def mail_design(request: HttpRequest, name: str) -> HttpResponse:
    """Give the HTML part as it was sent, for the frame; nothing in it may run."""
    html = _message(request, name).html
    # Links of the mail open beside the mailbox, not inside its frame.
    base = format_html('<base target="{}">', "_blank")
    return HttpResponse(html.replace("<head>", f"<head>{base}", 1))


@require_safe
@staff_only
@never_cache
def mail_source(request: HttpRequest, name: str) -> HttpResponse:
    """Give the message byte for byte."""
    response = HttpResponse(_message(request, name).raw, content_type="text/plain")
    response["X-Content-Type-Options"] = "nosniff"
    return response
