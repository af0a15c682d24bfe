"""A late change beside what was approved: what differs, yes, or back to before."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from newsletter.admin.approving import MAY_APPROVE
from newsletter.admin.changes_told import told
from newsletter.admin.desk_pages import issue_for, issue_page, titled, user_of
from newsletter.issues.comparing import Piece, shortened, words_that_differ
from newsletter.issues.models import Issue
from newsletter.publishing.deputies import in_whose_place, may
from newsletter.publishing.models import Comment
from newsletter.publishing.proposals import (
    CannotReject,
    Proposal,
    proposal_of,
    reject_proposal,
    scheduled,
)
from newsletter.publishing.readiness import content_findings, stops
from newsletter.publishing.second_eyes import why_somebody_else
from newsletter.rendering.personal import Personal, Segments

# A reader whose buttons lead nowhere.
READER = Personal("Sanne", "#", "#")


@require_safe
def proposal_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Show what approving would change in what leaves."""
    issue = issue_for(request, issue_id)
    proposal = proposal_of(issue)
    if proposal is None:
        messages.info(request, _("There is no proposal: it leaves as it is here."))
        return redirect("admin:newsletter_issue_publish", issue.pk)
    user, now = user_of(request), timezone.now()
    before, after = _mails(proposal)
    return issue_page(
        request,
        "proposal",
        issue,
        title=titled(_("Proposal for %(issue)s"), issue),
        proposal=proposal,
        changes=told(proposal.changes) if proposal.changes else [],
        words=_words(proposal),
        open_comments=Comment.objects.of(issue).open(),
        stops=stops(content_findings(issue)),
        may_approve=may(user, MAY_APPROVE, now=now),
        why_not_approve=why_somebody_else(issue, by=user, now=now),
        in_place_of=in_whose_place(user, MAY_APPROVE, now=now),
        before=before,
        after=after,
    )


def _words(proposal: Proposal) -> tuple[Piece, ...]:
    """Return the mail's own words with what differs marked, where no block tells."""
    if proposal.changes or proposal.rendered is None:
        return ()
    before = Segments.of(proposal.approved.text).join(READER.values())
    _html, after = proposal.rendered.preview(READER)
    return shortened(words_that_differ(_plain(before), _plain(after)))


def _plain(text: str) -> str:
    """Return the words without addresses, which are new with every freezing."""
    lines = (line for line in text.splitlines() if not line.startswith("http"))
    return "\n".join(lines)


def _mails(proposal: Proposal) -> tuple[str, str]:
    """Return both mails as one reader would see them."""
    before = Segments.of(proposal.approved.html).join(READER.values())
    after = proposal.rendered.preview(READER)[0] if proposal.rendered else ""
    return _shown_here(before), _shown_here(after)


def _shown_here(html: str) -> str:
    # From wherever one came in: the policy of the page takes no other host.
    return html.replace(f"{settings.SITE_URL}{settings.MEDIA_URL}", settings.MEDIA_URL)


@require_POST
def reject_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Put back what was approved."""
    issue = issue_for(request, issue_id, MAY_APPROVE)
    seen = request.POST.get("version", "")
    try:
        reject_proposal(
            issue,
            by=user_of(request),
            now=timezone.now(),
            seen_version=int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
        )
    except CannotReject as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("The approved text stands here again. The proposal is in the history."),
        )
    return redirect("admin:newsletter_issue_publish", issue.pk)


def tell_of_proposal(request: HttpRequest, issue: Issue) -> None:
    """Tell whoever saved a scheduled issue that it leaves as it was approved."""
    if scheduled(issue) and proposal_of(issue):
        messages.info(
            request,
            _(
                "This issue is scheduled and leaves as it was approved. What you saved "
                "is a proposal: it goes along once a publisher approves it."
            ),
        )
