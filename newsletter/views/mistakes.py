"""The page behind "Foutje?": a reader tells us, and is thanked."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from newsletter.articles.models import Article
from newsletter.forms.mistake import MistakeForm
from newsletter.issues.models import Issue
from newsletter.mistakes.models import ReaderMailWay
from newsletter.mistakes.reporting import Remark, take_in
from newsletter.signing import BadToken, read_tag
from subscribers.evidence import evidence_of
from subscribers.limits import REMARKS_OF_ONE_NETWORK, allow, network_key


@require_http_methods(["GET", "HEAD", "POST"])
def mistake(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form; take in what was written."""
    issue, article = _subject_of(token)
    with override(issue.mailing_list.language if issue else "nl"):
        form = MistakeForm(request.POST or None)
        page = {"form": form, "issue": issue, "article": article}
        if request.method != "POST":
            return render(request, "newsletter/mistake.html", page)
        if not form.is_valid():
            return render(request, "newsletter/mistake.html", page, status=400)
        now = timezone.now()
        if form.is_from_a_machine:
            return render(request, "newsletter/mistake_thanks.html", page)
        if not allow(REMARKS_OF_ONE_NETWORK, _network_of(request), now=now):
            form.add_error("text", _too_many())
            return render(request, "newsletter/mistake.html", page, status=429)
        take_in(_remark(form, issue, article), now=now)
        return render(request, "newsletter/mistake_thanks.html", page)


def _network_of(request: HttpRequest) -> str:
    return network_key(evidence_of(request).ip_address)


def _too_many() -> str:
    return _(
        "Very many remarks came from where you are. Send it once more in an hour, or "
        "mail us: your words are still here."
    )


def _subject_of(token: str) -> tuple[Issue | None, Article | None]:
    try:
        issue_id, article_id = read_tag("mistake", token)
    except (BadToken, ValueError) as bad:
        raise Http404("unknown mistake link") from bad
    return (
        Issue.objects.select_related("mailing_list").filter(pk=issue_id).first(),
        Article.objects.filter(pk=article_id).first(),
    )


def _remark(form: MistakeForm, issue: Issue | None, article: Article | None) -> Remark:
    return Remark(
        key=f"form:{form.cleaned_data['page']}",
        way=ReaderMailWay.FORM,
        text=form.cleaned_data["text"],
        subject=article.title if article else "",
        from_name=form.cleaned_data["name"],
        from_address=form.cleaned_data["address"],
        issue=issue,
        article=article,
    )
