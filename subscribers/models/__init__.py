"""People, the lists they chose, what they agreed to, and whom we never mail."""

from subscribers.models.allowances import Allowance
from subscribers.models.chores import Chore, ChoreKind, ChoreReader, ChoreState
from subscribers.models.consents import Consent, ConsentAct, ConsentEvidence
from subscribers.models.desk import Note, Tag
from subscribers.models.doors import FormSite, SignUpSource
from subscribers.models.imports import (
    AT_WORK,
    BY_IMPORT,
    TOOK_IN,
    Import,
    ImportChange,
    ImportRow,
    ImportState,
    ImportTag,
    LeftOut,
)
from subscribers.models.mailing_lists import (
    MailingList,
    ReserveUse,
    Weekday,
    WhoApproves,
    hex_colour,
    refuse_unknown_zone,
)
from subscribers.models.people import (
    AddressChange,
    FormerAddress,
    LeavingReason,
    Rhythm,
    Subscriber,
    Subscription,
    SubscriptionState,
    make_unsubscribe_token,
)
from subscribers.models.privacy_requests import (
    PrivacyRequest,
    RequestKind,
    RequestOutcome,
    RequestWay,
)
from subscribers.models.segments import Match, Segment
from subscribers.models.staying import StayQuestion, StayRound
from subscribers.models.suppressions import Suppression, SuppressionReason
from subscribers.models.topics import Topic

__all__ = [
    "AT_WORK",
    "BY_IMPORT",
    "TOOK_IN",
    "AddressChange",
    "Allowance",
    "Chore",
    "ChoreKind",
    "ChoreReader",
    "ChoreState",
    "Consent",
    "ConsentAct",
    "ConsentEvidence",
    "FormSite",
    "FormerAddress",
    "Import",
    "ImportChange",
    "ImportRow",
    "ImportState",
    "ImportTag",
    "LeavingReason",
    "LeftOut",
    "MailingList",
    "Match",
    "Note",
    "PrivacyRequest",
    "RequestKind",
    "RequestOutcome",
    "RequestWay",
    "ReserveUse",
    "Rhythm",
    "Segment",
    "SignUpSource",
    "StayQuestion",
    "StayRound",
    "Subscriber",
    "Subscription",
    "SubscriptionState",
    "Suppression",
    "SuppressionReason",
    "Tag",
    "Topic",
    "Weekday",
    "WhoApproves",
    "hex_colour",
    "make_unsubscribe_token",
    "refuse_unknown_zone",
]
