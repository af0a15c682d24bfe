"""Chores: deciding what is done for many readers, and seeing how far it is."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from newsletter.characters import refuse_in_line
from subscribers.admin.looking import LookOnly, colleague
from subscribers.chores import CannotDo, decide, stop, write_down
from subscribers.models import Chore, ChoreKind, ChoreState, MailingList, Tag

MAY_BEGIN = "subscribers.add_chore"
# What a colleague must be allowed to do for one reader, to do it for many.
NEEDED = {
    ChoreKind.TAG: "subscribers.change_subscriber",
    ChoreKind.UNTAG: "subscribers.change_subscriber",
    ChoreKind.UNSUBSCRIBE: "subscribers.change_subscriber",
    ChoreKind.BLOCK: "subscribers.add_suppression",
}


class ChoreForm(forms.Form):
    """What is to be done for them."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is to be done"), widget=forms.RadioSelect
    )
    tag = forms.ModelChoiceField(
        Tag.objects.all(), label=gettext_lazy("tag"), required=False
    )
    mailing_list = forms.ModelChoiceField(
        MailingList.objects.order_by("pk"),
        label=gettext_lazy("newsletter that they leave"),
        required=False,
    )
    note = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=200,
        validators=[refuse_in_line],
        help_text=gettext_lazy("For your colleagues. No name and no address."),
        widget=forms.TextInput({"class": "vTextField"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        """Offer what this colleague may do; leave out what there is one of."""
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        kind = cast(forms.ChoiceField, self.fields["kind"])
        kind.choices = [
            (one.value, one.label)
            for one in ChoreKind
            if request.user.has_perm(NEEDED[one])
        ]
        lists = list(MailingList.objects.order_by("pk")[:2])
        self.only_list = lists[0] if len(lists) == 1 else None
        if self.only_list:
            del self.fields["mailing_list"]

    def decided(self) -> dict[str, Any]:
        """Return what was decided, for ``subscribers.chores.decide``."""
        told = self.cleaned_data
        is_leaving = told["kind"] == ChoreKind.UNSUBSCRIBE
        mailing_list = self.only_list or told.get("mailing_list")
        return {
            "kind": ChoreKind(told["kind"]),
            "tag": told["tag"],
            "mailing_list": mailing_list if is_leaving else None,
            "note": told["note"],
        }


@admin.register(Chore)
class ChoreAdmin(LookOnly, admin.ModelAdmin):
    """What was done for many readers at once, the last first."""

    list_display = ("what", "about", "state_shown", "created_at", "created_by")
    list_display_links = ("what",)
    list_select_related = ("created_by", "tag")
    actions = None

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Chore]":
        """Leave out what nobody decided about."""
        return super().get_queryset(request).exclude(state=ChoreState.ASKED)

    @admin.display(description=gettext_lazy("what"))
    def what(self, chore: Chore) -> str:
        """Say what was done."""
        return what_in_words(chore)

    @admin.display(description=gettext_lazy("state"))
    def state_shown(self, chore: Chore) -> str:
        """Say how far it is."""
        return f"{chore.get_state_display()}: {how_far(chore)}"

    def get_urls(self) -> list[URLPattern]:
        """Add the press that stops one."""
        view = self.admin_site.admin_view(stop_view)
        stopping = path("<int:pk>/stoppen/", view, name="subscribers_chore_stop")
        return [stopping, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Ask what is to be done, or show how far it is."""
        chore = _chore(request, object_id)
        form = None
        if chore.state == ChoreState.ASKED:
            posted = request.POST if request.method == "POST" else None
            form = ChoreForm(posted, request=request)
            if posted is not None and _decide(request, chore, form):
                return redirect("admin:subscribers_chore_change", chore.pk)
        return _page(request, chore, form)


def _chore(request: HttpRequest, pk: Any) -> Chore:
    if not request.user.has_perm(MAY_BEGIN):
        raise PermissionDenied
    chores = Chore.objects.select_related("tag", "mailing_list", "created_by")
    return get_object_or_404(chores, pk=pk if str(pk).isdecimal() else 0)


def _decide(request: HttpRequest, chore: Chore, form: ChoreForm) -> bool:
    if not form.is_valid():
        return False
    try:
        decide(chore, **form.decided(), by=colleague(request), now=timezone.now())
    except CannotDo as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _page(request: HttpRequest, chore: Chore, form: ChoreForm | None) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "opts": Chore._meta,
        "title": capfirst(chore.about) if form else what_in_words(chore),
        "chore": chore,
        "form": form,
        "count": readers_in_words(chore.readers),
        "how_far": how_far(chore),
        "width": 1000 * chore.done // max(chore.readers, 1),
        "is_moving": chore.state == ChoreState.RUNNING,
    }
    status = 400 if form and form.is_bound else 200
    name = "admin/subscribers/chore/page.html"
    return TemplateResponse(request, name, context, status=status)


@require_POST
def stop_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop one; what was done stays done."""
    chore = _chore(request, pk)
    was_decided = chore.state != ChoreState.ASKED
    if stop(chore, by=colleague(request), now=timezone.now()):
        messages.success(request, _("Stopped. What was done stays done."))
    if was_decided:
        return redirect("admin:subscribers_chore_change", pk)
    return redirect("admin:subscribers_subscriber_changelist")


def begin(
    request: HttpRequest, readers: "QuerySet[Any, Any]", about: str, back: str
) -> HttpResponse:
    """Write readers down and ask what is to be done for them.

    Args:
        back: where to go when there are none.
    """
    if not request.user.has_perm(MAY_BEGIN):
        raise PermissionDenied
    try:
        chore = write_down(readers, about, by=colleague(request), now=timezone.now())
    except CannotDo as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    return redirect("admin:subscribers_chore_change", chore.pk)


# --- Words ---


def what_in_words(chore: Chore) -> str:
    """Say what is done, with the tag where there is one."""
    words = capfirst(str(chore.get_kind_display()))
    return f"{words}: {chore.tag}" if chore.tag else words


def how_far(chore: Chore) -> str:
    """Say how many had their turn, and for how many it made a difference."""
    words = _("%(done)s of %(all)s had their turn") % {
        "done": number_format(chore.done, force_grouping=True),
        "all": number_format(chore.readers, force_grouping=True),
    }
    difference = ngettext(
        "for %(count)s it made a difference",
        "for %(count)s it made a difference",
        chore.changed,
    ) % {"count": number_format(chore.changed, force_grouping=True)}
    return f"{words}, {difference}" if chore.done else words


def readers_in_words(count: int) -> str:
    """Say how many readers these are."""
    return ngettext("%(count)s reader", "%(count)s readers", count) % {
        "count": number_format(count, force_grouping=True)
    }
