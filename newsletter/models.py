"""Brings the stages' models together: Django looks for them here, nothing more."""

from newsletter.archive.models import *  # noqa: F403 (see __all__ in each stage)
from newsletter.articles.arrivals import *  # noqa: F403
from newsletter.articles.models import *  # noqa: F403
from newsletter.audit.models import *  # noqa: F403
from newsletter.clients.models import *  # noqa: F403
from newsletter.delivery.models import *  # noqa: F403
from newsletter.delivery.months_best import *  # noqa: F403
from newsletter.delivery.subject_choice import *  # noqa: F403
from newsletter.delivery.trial_group import *  # noqa: F403
from newsletter.delivery.vital_signs import *  # noqa: F403
from newsletter.events.models import *  # noqa: F403
from newsletter.hooks.models import *  # noqa: F403
from newsletter.issues.blocks import *  # noqa: F403
from newsletter.issues.models import *  # noqa: F403
from newsletter.issues.subject_tests import *  # noqa: F403
from newsletter.mistakes.answer_models import *  # noqa: F403
from newsletter.mistakes.models import *  # noqa: F403
from newsletter.mistakes.takedown_models import *  # noqa: F403
from newsletter.outbox.models import *  # noqa: F403
from newsletter.publishing.models import *  # noqa: F403
from newsletter.rendering.models import *  # noqa: F403
from newsletter.reports.alert_models import *  # noqa: F403
from newsletter.reports.issue_models import *  # noqa: F403
from newsletter.reports.models import *  # noqa: F403
