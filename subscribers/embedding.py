"""The form on the magazine's own site: in a frame, as plain HTML, or by script.

Only two ways take a sign-up in at once: the frame, which is a page of ours, and the
script of a site that Beheer named. Plain HTML of any site leads to our own page with
everything filled in and one more press: no cookie, no token and no script is needed
for that, and a page of a stranger can do no more than a link of theirs could.
"""

from collections.abc import Sequence
from typing import Any, cast

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt

from newsletter.signing import make_token
from subscribers.forms import SignUpForm
from subscribers.limits import TooMany
from subscribers.models import MailingList
from subscribers.origins import host_of, is_our_own, origins_of
from subscribers.pages import NOTHING_FROM_ELSEWHERE, View, page_methods
from subscribers.signing_up import (
    FRAME,
    Door,
    answer_sign_up,
    form_of,
    form_page,
    take_in,
)

IN_A_FRAME = "form in a frame"
BY_SCRIPT = "form on a site"


@csrf_exempt
@never_cache
@xframe_options_exempt
@page_methods
def embedded_form(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer a frame, a plain form or a script, each in its own way."""
    mailing_list = get_object_or_404(MailingList, slug=slug)
    origins = origins_of(mailing_list)
    if request.headers.get("Accept", "").startswith("application/json"):
        return _answer_script(request, mailing_list, origins)
    if request.method == "POST" and not is_our_own(request):
        return _framed_by([NONE], _plain)(request, mailing_list)
    return _framed_by([SELF, *origins], _frame)(request, mailing_list)


def _framed_by(sites: Sequence[str], view: View) -> View:
    policy = {**NOTHING_FROM_ELSEWHERE, "frame-ancestors": sites}
    return cast(View, csp(policy)(cast(Any, view)))


def _frame(request: HttpRequest, mailing_list: MailingList) -> HttpResponse:
    door = Door(mailing_list, channel=IN_A_FRAME, source=IN_A_FRAME, frame=FRAME)
    return answer_sign_up(request, door)


def _plain(request: HttpRequest, mailing_list: MailingList) -> HttpResponse:
    """Show our own page with what was typed elsewhere; nothing is taken in yet."""
    with override(mailing_list.language):
        typed = {name: request.POST.get(name, "") for name in ("address", "first_name")}
        form = SignUpForm(
            initial=typed | {"topics": request.POST.getlist("topics")},
            mailing_list=mailing_list,
            now=timezone.now(),
        )
        return form_page(
            request,
            Door(mailing_list),
            form,
            is_filled_in=True,
            action=f"{reverse('sign_up')}?lijst={mailing_list.slug}",
            site=request.headers.get("Origin", ""),
        )


# --- For the script ---


def _answer_script(
    request: HttpRequest, mailing_list: MailingList, origins: Sequence[str]
) -> JsonResponse:
    origin = request.headers.get("Origin", "")
    if origin not in origins:
        return JsonResponse({"done": False}, status=403)
    with override(mailing_list.language):
        answer = _said(request, mailing_list, origin)
    answer["Access-Control-Allow-Origin"] = origin
    answer["Vary"] = "Origin, Accept"
    return answer


def _said(request: HttpRequest, mailing_list: MailingList, origin: str) -> JsonResponse:
    now = timezone.now()
    if request.method != "POST":
        opened = make_token("form", int(now.timestamp()))
        return JsonResponse({"done": False, "opened": opened})
    door = Door(mailing_list, channel=BY_SCRIPT, source=host_of(origin))
    form = form_of(request.POST, door, now=now)
    if form.is_from_a_machine:
        return _thanks()
    if not form.is_valid():
        return _errors(form)
    if form.suggestion:
        return _question(form)
    try:
        take_in(request, door, form, now=now)
    except TooMany as full:
        answer = JsonResponse(
            {
                "done": False,
                "errors": {"": [_("Just a moment: try it again in an hour.")]},
            },
            status=429,
        )
        answer["Retry-After"] = str(int(full.limit.within.total_seconds()))
        return answer
    return _thanks()


def _thanks() -> JsonResponse:
    words = _("Look in your mail and press the button in it. Then you read along.")
    return JsonResponse({"done": True, "words": words})


def _errors(form: SignUpForm) -> JsonResponse:
    errors = {name: list(map(str, said)) for name, said in form.errors.items()}
    form.let_the_next_press_count()
    opened = form.data.get("opened", "")
    return JsonResponse({"done": False, "errors": errors, "opened": opened}, status=400)


def _question(form: SignUpForm) -> JsonResponse:
    address = form.cleaned_data["address"]
    return JsonResponse(
        {
            "done": False,
            "asked": address,
            "suggestion": form.suggestion,
            "question": _("Did you mean %(address)s?") % {"address": form.suggestion},
            "yes": _("Yes, that is my address"),
            "no": _("No, %(address)s is right") % {"address": address},
        }
    )
