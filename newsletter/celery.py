"""The Celery application: the alarm clock, never the truth."""

import os

from celery import Celery
from celery.signals import worker_process_init

from newsletter.orphans import die_with

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsletter.settings")
app = Celery("newsletter")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["newsletter"])


@worker_process_init.connect
def leave_no_orphan(**kwargs: object) -> None:
    """A pool process ends with its worker, also when that is killed."""
    die_with(os.getppid())
