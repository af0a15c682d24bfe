"""Finding the one reader for whose sake a provider refuses a whole group.

A provider that merges takes a request as a whole: one address it cannot stand, and a
thousand readers wait. Halving finds who it is in ten refusals; the others leave.
"""

from dataclasses import replace
from datetime import timedelta

from newsletter.delivery.models import AttemptOutcome, Batch, BatchState, Delivery
from newsletter.delivery.outcomes import ABOUT_AN_ADDRESS, Outcome, accepted
from newsletter.delivery.providers import Evidence, Provider, provider_named

REFUSED_ADDRESS = "the mail provider refuses this address"


def narrowed_down(batch: Batch, outcome: Outcome) -> Outcome:
    """Return the outcome of a group that was refused because of somebody in it.

    Only where the same text was taken for others, or a publisher went on after a first
    refusal: else it is the text or our settings that is wrong, and a person must look.
    """
    if not _is_about_somebody(batch, outcome):
        return outcome
    waiting = Delivery.objects.filter(batch=batch, exception="").order_by("pk")
    ids = tuple(waiting.values_list("pk", flat=True))
    if len(ids) == 1:
        return accepted(rejected={ids[0]: REFUSED_ADDRESS})
    middle = len(ids) // 2
    return replace(
        outcome,
        kind=AttemptOutcome.NOT_TAKEN,
        untried=ids[:middle],
        set_apart=ids[middle:],
        retry_after=timedelta(0),
    )


def _can_halve(provider: Provider) -> bool:
    """Tell whether other readers may stand in a second request with the same key."""
    return provider.in_one_request and provider.evidence != Evidence.KEY


def _is_about_somebody(batch: Batch, outcome: Outcome) -> bool:
    return (
        outcome.kind == AttemptOutcome.FAILED
        and outcome.http_status in ABOUT_AN_ADDRESS
        and _can_halve(provider_named(batch.dispatch.provider))
        and (_others_were_taken(batch) or _a_person_went_on(batch))
    )


def _others_were_taken(batch: Batch) -> bool:
    return Batch.objects.filter(
        dispatch=batch.dispatch,
        rendition=batch.rendition,
        state=BatchState.DONE,
        resolved_by="response",
    ).exists()


def _a_person_went_on(batch: Batch) -> bool:
    # A refused group pauses the dispatch, and only a person resumes it.
    return batch.attempts.filter(outcome=AttemptOutcome.FAILED).exists()
