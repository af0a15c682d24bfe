"""Everything that is looked at before an issue leaves, as a reader meets it."""

from collections.abc import Iterable

from newsletter.publishing import (
    alt_checks,
    block_checks,
    claim_checks,
    contrast_checks,
    css_checks,
    domain_checks,
    earlier_checks,
    frozen_checks,
    html_checks,
    link_checks,
    link_outcomes,
    mail_checks,
    picture_checks,
    reader_checks,
    sending_checks,
    sensitive_checks,
    subject_checks,
    text_checks,
    unfilled_checks,
    wording_checks,
)
from newsletter.publishing.findings import Check, Finding

CHECKS: tuple[Check, ...] = (
    *subject_checks.CHECKS,
    *wording_checks.CHECKS,
    *earlier_checks.CHECKS,
    *block_checks.CHECKS,
    *unfilled_checks.CHECKS,
    *alt_checks.CHECKS,
    *picture_checks.CHECKS,
    *link_checks.CHECKS,
    *link_outcomes.CHECKS,
    *sensitive_checks.CHECKS,
    *claim_checks.CHECKS,
    *mail_checks.CHECKS,
    *text_checks.CHECKS,
    *html_checks.CHECKS,
    *css_checks.CHECKS,
    *contrast_checks.CHECKS,
    *frozen_checks.CHECKS,
    *reader_checks.CHECKS,
    *sending_checks.CHECKS,
    *domain_checks.CHECKS,
)
QUICK = frozenset(check.code for check in CHECKS if check.is_quick)


def in_order_of(findings: Iterable[Finding]) -> list[str]:
    """Return what is to be said of everything that nothing was found about.

    What was let go is not in order: it was found.
    """
    found = {finding.code for finding in findings}
    return [str(check.fine) for check in CHECKS if check.code not in found]
