"""Telling each other who is at work in an issue, and who saved it."""

from django.contrib.admin.options import ModelAdmin
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from newsletter.admin.drafts import editor
from newsletter.issues.models import Issue
from newsletter.issues.presence import leave, others_in, tell_presence


def presence_view(admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Write down where somebody is; answer who else is here and what was saved."""
    issue = Issue.objects.filter(pk=pk).select_related("updated_by").first()
    if issue is None or not admin.has_view_or_change_permission(request, issue):
        return JsonResponse({"error": _("This issue is not here.")}, status=403)
    if request.method != "POST":
        return JsonResponse({"error": _("Post the form.")}, status=405)
    if "left" in request.POST:
        leave(issue, by=editor(request))
        return JsonResponse({"others": []})
    now = timezone.now()
    where = request.POST.get("where", "")
    tell_presence(issue, by=editor(request), where=where, now=now)
    here = others_in(issue, than=editor(request), now=now)
    return JsonResponse(
        {
            "others": [_told(called(one.user), one.where) for one in here],
            "version": issue.version,
            "saved": saved_by(issue, request),
        }
    )


def _told(who: str, where: str) -> str:
    if where:
        return _("%(who)s is at work here as well, in %(where)s.") % {
            "who": who,
            "where": where,
        }
    return _("%(who)s is at work here as well.") % {"who": who}


def called(user: AbstractBaseUser | None) -> str:
    """Return what colleagues call somebody."""
    if user is None:
        return _("Somebody")
    return getattr(user, "first_name", "") or user.get_username()


def saved_by(issue: Issue, request: HttpRequest) -> str:
    """Say who saved last, and when."""
    when = date_format(timezone.localtime(issue.updated_at), "H:i")
    if issue.updated_by_id == editor(request).pk:
        return _("You saved this issue at %(when)s in another window.") % {"when": when}
    return _("%(who)s saved this issue at %(when)s.") % {
        "who": called(issue.updated_by),
        "when": when,
    }
