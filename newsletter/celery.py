"""The Celery application: the alarm clock, never the truth."""

import os
import sys

from celery import Celery
from celery.signals import worker_init, worker_process_init

from newsletter.orphans import die_with

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsletter.settings")
app = Celery("newsletter")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["newsletter"])


@worker_init.connect
def refuse_settings_that_would_fail_on_sunday(**kwargs: object) -> None:
    """Celery runs the checks, but starts all the same; this exits with EX_CONFIG."""
    # Django is not set up yet when this module is read.
    from django.core.checks import run_checks

    errors = [found for found in run_checks() if found.is_serious()]
    for error in errors:
        print(error, file=sys.stderr)
    if errors:
        raise SystemExit(78)


@worker_process_init.connect
def leave_no_orphan(**kwargs: object) -> None:
    """A pool process ends with its worker, also when that is killed."""
    die_with(os.getppid())
