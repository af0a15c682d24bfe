"""What those who help readers do for one: each act is asked once more."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from newsletter.characters import refuse_in_line
from subscribers.admin.looking import colleague
from subscribers.consent import unsubscribe
from subscribers.models import Subscriber, SubscriptionState, SuppressionReason
from subscribers.privacy import erase
from subscribers.suppression import suppress

CHANNEL = "admin"


class BlockForm(forms.Form):
    """Why an address is never to be mailed again."""

    note = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        validators=[refuse_in_line],
        help_text=gettext_lazy(
            "For your colleagues. No name and no address: this stays for ever."
        ),
        widget=forms.TextInput({"class": "vTextField"}),
    )


ACTS = {
    "afmelden": ("subscribers.change_subscriber", gettext_lazy("Unsubscribe")),
    "blokkeren": ("subscribers.add_suppression", gettext_lazy("Block the address")),
    "vergeten": ("subscribers.delete_subscriber", gettext_lazy("Forget")),
}
_QUESTIONS = {
    "afmelden": gettext_lazy("%(who)s gets no newsletter of ours any more."),
    "blokkeren": gettext_lazy(
        "%(who)s is never mailed again, whatever happens. Only we can undo this."
    ),
    "vergeten": gettext_lazy(
        "We forget everything about %(who)s. This cannot be undone."
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def act_view(request: HttpRequest, subscriber_id: str, act: str) -> HttpResponse:
    """Ask, then act."""
    subscriber = get_object_or_404(Subscriber, pk=subscriber_id)
    if subscriber.erased_at or subscriber.merged_into_id:
        return redirect("admin:subscribers_subscriber_change", subscriber.pk)
    permission, words = ACTS[act]
    if not request.user.has_perm(permission):
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None
    form = BlockForm(posted) if act == "blokkeren" else None
    if request.method == "POST" and (form is None or form.is_valid()):
        note = form.cleaned_data["note"] if form else ""
        messages.success(request, _do(act, subscriber, note, by=colleague(request)))
        return redirect("admin:subscribers_subscriber_change", subscriber.pk)
    context = {
        **admin.site.each_context(request),
        "opts": Subscriber._meta,
        "title": words,
        "subscriber": subscriber,
        "question": str(_QUESTIONS[act]) % {"who": subscriber.address},
        "words": words,
        "form": form,
    }
    return TemplateResponse(
        request,
        "admin/subscribers/subscriber/act.html",
        context,
        status=400 if request.method == "POST" else 200,
    )


def _do(act: str, subscriber: Subscriber, note: str, *, by: User) -> str:
    now = timezone.now()
    if act == "afmelden":
        for subscription in subscriber.subscriptions.exclude(
            state=SubscriptionState.UNSUBSCRIBED
        ):
            unsubscribe(subscription, through=CHANNEL, now=now)
        return _("Unsubscribed.")
    if act == "blokkeren":
        suppress(subscriber.address, SuppressionReason.STAFF, now, note, by=by)
        return _("Blocked: this address is never mailed again.")
    erase(subscriber, channel=CHANNEL, now=now, by=by)
    return _("Forgotten.")
