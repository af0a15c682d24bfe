"""The composer: an issue and its blocks on one page, with the mail beside it."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from content_editor.admin import ContentEditor
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef
from django.forms.models import BaseModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from reversion.admin import VersionAdmin

from newsletter.admin.article_values import article_values_view
from newsletter.admin.beginning import (
    begin_context,
    begin_with,
    is_pressed,
    take_out_view,
)
from newsletter.admin.block_forms import LOOKS, block_inline
from newsletter.admin.comments import open_by_block
from newsletter.admin.composer_words import composer_words, work_words
from newsletter.admin.corrections_offered import (
    corrections_offered,
    corrections_taken_back,
)
from newsletter.admin.drafts import (
    discard_view,
    finish_draft,
    go_on_view,
    keep_view,
)
from newsletter.admin.history import history_page, revision_page
from newsletter.admin.library import LibraryForm, library_view
from newsletter.admin.meeting import told_brought
from newsletter.admin.picture_choice import (
    PICTURE_MODULES,
    PICTURE_SCRIPT,
    ChoosesPictures,
)
from newsletter.admin.presence import presence_view
from newsletter.admin.preview import preview_view, readers_offered
from newsletter.admin.proposals import tell_of_proposal
from newsletter.admin.readers_choice import fields_for_readers, offer_readers
from newsletter.admin.saving import SavedMeanwhile, SavesTogether
from newsletter.admin.tint_choice import TintChoice, offer_tints
from newsletter.delivery.models import DispatchState
from newsletter.delivery.trial import CannotSendTest, send_test
from newsletter.issues.models import Issue
from newsletter.issues.numbering import begin_issue
from newsletter.publishing.models import Approval
from newsletter.publishing.planning import why_skipped
from newsletter.publishing.second_eyes import name_of
from subscribers.models import MailingList

# The composer's script by subject; each names the others like this.
COMPOSER_MODULES = {
    f"newsletter/composer/{subject}": f"newsletter/composer/{subject}.js"
    for subject in ("page", "preview", "blocks", "kinds", "library", "drafts")
    + ("presence", "undo", "shortcuts", "article_fields", "findings")
    + ("inserting", "article_notes", "mending", "talk")
}


class IssueForm(forms.ModelForm):
    """Says which version is being edited; saving over a newer one is refused."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Issue
        fields = (
            "publication_date",
            "subject",
            "preheader",
            "topic",
            "segment",
            "tint",
        )
        widgets = {"tint": TintChoice}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Put the version that is being edited, and the tints, into the page."""
        super().__init__(*args, **kwargs)
        self.fields["seen_version"].initial = self.instance.version
        offer_tints(self.fields["tint"], self.instance.mailing_list)
        offer_readers(self.fields, self.instance)

    def clean_publication_date(self) -> date | None:
        """Refuse a day that is not free: the list itself is not in the form."""
        day: date | None = self.cleaned_data["publication_date"]
        others = Issue.objects.of(self.instance.mailing_list).exclude(
            pk=self.instance.pk
        )
        if day and (other := others.filter(publication_date=day).first()):
            raise ValidationError(
                _("%(issue)s is already there for this day. Choose another day.")
                % {"issue": other},
                code="day_taken",
            )
        if day and (skipped := why_skipped(self.instance.mailing_list, day)):
            raise ValidationError(skipped, code="day_skipped")
        return day


# What the composer's page asks for while somebody writes.
OWN_PAGES: tuple[tuple[str, Callable[..., HttpResponse], str], ...] = (
    ("<int:pk>/eruit/", take_out_view, "newsletter_issue_take_out"),
    ("<int:pk>/concept/", keep_view, "newsletter_issue_keep"),
    ("<int:pk>/concept/<uuid:page>/verder/", go_on_view, "newsletter_issue_go_on"),
    ("<int:pk>/concept/<uuid:page>/weg/", discard_view, "newsletter_issue_discard"),
    ("<int:pk>/aanwezig/", presence_view, "newsletter_issue_presence"),
    (
        "<int:pk>/artikelwaarden/",
        article_values_view,
        "newsletter_issue_article_values",
    ),
)


@admin.register(Issue)
class IssueAdmin(SavesTogether, ChoosesPictures, VersionAdmin, ContentEditor):
    """Editions as the editors compose them."""

    form = IssueForm
    scripts = (PICTURE_SCRIPT, "newsletter/composer.js")
    modules = COMPOSER_MODULES | PICTURE_MODULES
    change_form_template = "admin/newsletter/issue/change_form.html"
    change_list_template = "admin/newsletter/issue/change_list.html"
    list_display = ("__str__", "subject", "publication_date", "state", "who")
    list_display_links = ("__str__", "subject")
    list_filter = ("mailing_list",)
    search_fields = ("subject", "number")
    date_hierarchy = "publication_date"
    ordering = ("-publication_date", "-number")
    actions = None
    # An issue keeps the list it was begun for: its number counts there.
    readonly_fields = ("mailing_list",)
    # The browser's own calendar: good on a phone, and 8 kB lighter than the admin's.
    formfield_overrides = {
        models.DateField: {"widget": forms.DateInput({"type": "date"}, "%Y-%m-%d")}
    }
    inlines = [block_inline(*look) for look in LOOKS]

    class Media:
        css = {
            "all": [
                "newsletter/composer.css",
                "newsletter/library.css",
                "newsletter/beginnings.css",
                "newsletter/differences.css",
                "newsletter/pictures.css",
                "newsletter/talk.css",
            ]
        }

    # --- What the list shows ---

    @admin.display(description=gettext_lazy("state"))
    def state(self, issue: Any) -> str:
        """Say where the issue stands, in an editor's words."""
        # A moment that was taken back leaves a draft, a stopped issue does not.
        told = (
            one
            for one in issue.dispatches.all()
            if one.state != DispatchState.CANCELLED or one.started_at
        )
        if dispatch := next(told, None):
            return str(dispatch.get_state_display())
        return pgettext("an issue", "approved") if issue.is_approved else _("draft")

    @admin.display(description=gettext_lazy("changed by"), ordering="updated_by")
    def who(self, issue: Issue) -> str:
        """Name a colleague as colleagues do."""
        return name_of(issue.updated_by) if issue.updated_by else ""

    def get_queryset(self, request: HttpRequest) -> Any:
        """Fetch what the list shows at once."""
        yes = Approval.objects.filter(
            rendition__issue=OuterRef("pk"), for_version=OuterRef("version")
        )
        return (
            super()
            .get_queryset(request)
            .annotate(is_approved=Exists(yes))
            .select_related("mailing_list", "updated_by")
            .prefetch_related("dispatches")
        )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out what there is one of: nobody has to choose."""
        several = MailingList.objects.count() > 1
        fields = (
            *("subject", "preheader", "publication_date"),
            *(fields_for_readers(obj) if obj else ()),
            "tint",
            *(("mailing_list",) if several else ()),
            "seen_version",
        )
        return ((None, {"fields": fields}),)

    # --- Saving ---

    def save_model(
        self, request: HttpRequest, obj: Issue, form: BaseModelForm, change: bool
    ) -> None:
        """Save as the next version; of two who save at once the database picks one.

        Raises:
            SavedMeanwhile: this is no longer the version the page was made from.
        """
        seen = form.cleaned_data["seen_version"]
        same = Issue.objects.filter(pk=obj.pk, version=seen)
        if not same.update(version=F("version") + 1):
            raise SavedMeanwhile
        obj.version = seen + 1
        obj.updated_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    def response_change(self, request: HttpRequest, obj: Issue) -> HttpResponse:
        """Let go of the draft; begin, or mail a test, for whoever asked for that."""
        finish_draft(obj, request)
        tell_of_proposal(request, obj)
        if brought := told_brought(request):
            messages.info(request, brought)
        if is_pressed(request):
            begin_with(request, obj, now=timezone.now())
            return HttpResponseRedirect(
                reverse("admin:newsletter_issue_change", args=[obj.pk])
            )
        if "_test" not in request.POST:
            return super().response_change(request, obj)
        self._send_test(request, obj)
        return HttpResponseRedirect(
            reverse("admin:newsletter_issue_change", args=[obj.pk])
        )

    # --- Pages ---

    def get_urls(self) -> list[URLPattern]:
        """Add the composer's own addresses."""
        site = self.admin_site
        own = [
            path(
                "beginnen/",
                site.admin_view(self.begin_view),
                name="newsletter_issue_begin",
            ),
            path(
                "<int:pk>/preview/",
                site.admin_view(lambda request, pk: preview_view(self, request, pk)),
                name="newsletter_issue_preview",
            ),
            path(
                "<int:pk>/bibliotheek/",
                site.admin_view(lambda request, pk: library_view(self, request, pk)),
                name="newsletter_issue_library",
            ),
            *(
                path(address, site.admin_view(partial(view, self)), name=name)
                for address, view, name in OWN_PAGES
            ),
        ]
        return own + super().get_urls()

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show who saved what, in words."""
        return history_page(self, request, object_id)

    def revision_view(
        self,
        request: HttpRequest,
        object_id: str,
        version_id: str,
        extra_context: Any = None,
    ) -> HttpResponse:
        """Show one saving; put it back as a new version."""
        return revision_page(self, request, object_id, version_id)

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Begin by a press: an issue has its number and Sunday from the start."""
        return HttpResponseRedirect(reverse("admin:newsletter_issue_changelist"))

    def begin_view(self, request: HttpRequest) -> HttpResponse:
        """Begin the next issue and open it."""
        chosen = request.POST.get("mailing_list", "")
        lists = MailingList.objects.filter(pk=chosen) if chosen.isdecimal() else None
        mailing_list = (lists or MailingList.objects.order_by("pk")).first()
        if request.method != "POST" or not self.has_add_permission(request):
            return HttpResponseRedirect(reverse("admin:newsletter_issue_changelist"))
        if mailing_list is None:
            messages.error(request, _("Make a newsletter first, then its issues."))
            return HttpResponseRedirect(reverse("admin:index"))
        issue = begin_issue(mailing_list, now=timezone.now(), by=request.user)  # type: ignore[arg-type]
        return HttpResponseRedirect(
            reverse("admin:newsletter_issue_change", args=[issue.pk])
        )

    def _send_test(self, request: HttpRequest, issue: Issue) -> None:
        address = getattr(request.user, "email", "")
        try:
            send_test(issue, to=address, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        except CannotSendTest as refused:
            messages.error(request, str(refused))
        else:
            messages.success(
                request,
                _("The test mail is on its way to %(address)s.") % {"address": address},
            )

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Add the words of the script; “save and add another” makes no sense here."""
        context["composer_words"] = composer_words() | work_words()
        if issue := context.get("original"):
            context["readers_offered"] = readers_offered(request, issue)
            context["has_left"] = issue.dispatches.left().exists()
            context |= begin_context(request, issue)
            context["open_talk"] = open_by_block(issue)
            context["waiting_corrections"] = corrections_offered(issue)
            if not context["has_left"]:
                context["corrections_gone"] = corrections_taken_back(issue)
            context["library"] = LibraryForm(auto_id="library-%s")
            context |= self.draft_context(request, issue, context)
        context["title"] = str(context.get("original") or context["title"])
        context["show_save_and_add_another"] = False
        response: Any = super().render_change_form(request, context, *args, **kwargs)
        return response
