"""How the screens speak Dutch."""

import re

from django.utils.translation import trans_real

_FORMAL = re.compile(r"\b[Uu]w?\b")


def _sentences():
    catalogue = trans_real.translation("nl")._catalog
    # What an earlier catalogue says is hidden by a later one.
    return {msgid: catalogue[msgid] for msgid in catalogue.keys()}  # noqa: SIM118


def test_nobody_is_addressed_formally_not_even_by_django():
    formal = {said for said in _sentences().values() if _FORMAL.search(str(said))}

    assert formal == set()
