"""Writing down a consent that somebody gave us elsewhere: on paper, by phone."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from subscribers.admin.form_pages import (
    CHOOSE_LIST,
    DAY,
    DeskForm,
    form_page,
    line,
    text,
)
from subscribers.admin.looking import colleague
from subscribers.forms import address_or_error, name_or_error
from subscribers.models import MailingList, Subscriber, Subscription
from subscribers.proof import Given
from subscribers.recording import CannotRecord, record_consent


class ConsentForm(DeskForm):
    """Who said yes to what, when, and on what we rest that."""

    address = line(gettext_lazy("address"), max_length=320)
    first_name = line(gettext_lazy("first name"), required=False)
    mailing_list = forms.ModelChoiceField(
        MailingList.objects.all(),
        label=gettext_lazy("newsletter"),
        empty_label=CHOOSE_LIST,
    )
    given_on = forms.DateField(
        label=gettext_lazy("on which day they said so"), widget=DAY
    )
    origin = line(
        gettext_lazy("on what it rests"),
        help_text=gettext_lazy(
            "For instance: card filled in at the fair in Utrecht, kept in the folder. "
            "No name and no address: this stays for ever."
        ),
    )
    wording = text(
        gettext_lazy("the words they agreed to"),
        help_text=gettext_lazy("Exactly as they stood on the card or were read out."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Choose the only newsletter there is by itself."""
        super().__init__(*args, **kwargs)
        lists = MailingList.objects.order_by("pk")[:2]
        if len(lists) == 1:
            field = cast(
                "forms.ModelChoiceField[MailingList]", self.fields["mailing_list"]
            )
            field.initial, field.empty_label = lists[0], None

    def clean_address(self) -> str:
        """Take an address that could be mailed."""
        return address_or_error(self.cleaned_data["address"])

    def clean_first_name(self) -> str:
        """Take a name, or none."""
        return name_or_error(self.cleaned_data["first_name"])

    def written_down(self, request: HttpRequest) -> Subscription | None:
        """Record it; None when it does not count, and the form says why."""
        told = self.cleaned_data
        try:
            return record_consent(
                mailing_list=told["mailing_list"],
                address=told["address"],
                first_name=told["first_name"],
                given=Given(told["wording"], told["origin"], told["given_on"]),
                by=colleague(request),
                now=timezone.now(),
            )
        except CannotRecord as refusal:
            self.add_error(None, str(refusal))
            return None


@require_http_methods(["GET", "HEAD", "POST"])
def consent_view(request: HttpRequest) -> HttpResponse:
    """Ask for everything that makes it count, and write it down."""
    if not request.user.has_perm("subscribers.add_subscriber"):
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None
    form = ConsentForm(posted, initial=_about(request.GET.get("abonnee", "")))
    if form.is_valid() and (subscription := form.written_down(request)):
        messages.success(
            request,
            _("Written down: they get the newsletter, and a mail that says so."),
        )
        return redirect(
            "admin:subscribers_subscriber_change", subscription.subscriber_id
        )
    return form_page(
        request,
        form,
        title=_("Write down a consent"),
        words=_("Write it down"),
        back=reverse("admin:subscribers_subscriber_changelist"),
        lead=_(
            "Readers sign up themselves; that is the surest proof. Only who said yes "
            "to you in another way, and can be shown to have done so, is written down "
            "here."
        ),
    )


def _about(subscriber_id: str) -> dict[str, str]:
    if not (subscriber_id.isascii() and subscriber_id.isdecimal()):
        return {}
    known = Subscriber.objects.filter(pk=subscriber_id[:18], erased_at=None).first()
    return {"address": known.address, "first_name": known.first_name} if known else {}
