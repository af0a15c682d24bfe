"""A new password for a colleague: Django's own pages, in the admin's clothes."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone

from subscribers.evidence import evidence_of
from subscribers.limits import may_ask_for_a_password
from subscribers.models import MailingList


class _InTheAdmin:
    """Gives Django's pages the header and the menu of the admin."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request = self.request  # type: ignore[attr-defined]
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return admin.site.each_context(request) | context


class PasswordReset(_InTheAdmin, views.PasswordResetView):
    """Asks for an address; answers the same whether a colleague has it or not."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Send the link, made from SITE_URL: the Host header proves nothing.

        Whoever asks too often gets the same answer and no mail.
        """
        if not may_ask_for_a_password(
            form.cleaned_data["email"], evidence_of(self.request), now=timezone.now()
        ):
            return HttpResponseRedirect(str(self.get_success_url()))
        site = urlsplit(settings.SITE_URL)
        mailing_list = MailingList.objects.order_by("pk").first()
        self.from_email = mailing_list.sender_address if mailing_list else None
        self.extra_email_context = {
            "domain": site.netloc,
            "protocol": site.scheme,
            "site_name": admin.site.site_header,
        }
        return super().form_valid(form)


class PasswordResetDone(_InTheAdmin, views.PasswordResetDoneView):
    """Says that a link is on its way if the address is known."""


class PasswordResetConfirm(_InTheAdmin, views.PasswordResetConfirmView):
    """Takes the new password."""


class PasswordResetComplete(_InTheAdmin, views.PasswordResetCompleteView):
    """Leads back to the log-in."""
