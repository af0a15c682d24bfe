"""Start everything and keep it running: queue, database, demo, web, workers, clock."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DatabaseError, OperationalError, connection, connections
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from newsletter.delivery.progress import progress
from newsletter.delivery.sweeping import last_sweep, waiting_since
from newsletter.installation import NotInstalled, queue_socket
from newsletter.management import demo
from newsletter.management.first_login import FILE, Login, make_first_login
from newsletter.management.supervisor import queue, watching
from newsletter.management.supervisor.claiming import hold, require_free_port
from newsletter.management.supervisor.processes import Supervisor
from newsletter.management.supervisor.programs import programs
from newsletter.management.telling import Story, tell

QUEUE_SECONDS = 10.0
WEB_SECONDS = 30.0
# What the demo has to tell is not waited for any longer.
ARRIVAL_SECONDS = 60.0
LOOK_EVERY = 10.0


class Command(BaseCommand):
    """One command for one machine; docker-compose.yml starts the parts apart."""

    help = "Start everything and keep it running."

    def handle(self, *args: Any, **options: Any) -> None:
        """Hold the folder and the port, run until asked to stop."""
        with hold(settings.DATA_DIR):
            require_free_port(settings.PORT)
            supervisor = Supervisor(self._pass_on)
            supervisor.heed_signals()
            try:
                self._run(supervisor)
            finally:
                self._stop(supervisor)

    def _run(self, supervisor: Supervisor) -> None:
        url = self._start_queue(supervisor)
        self._prepare_database()
        with self._step(_("styles and scripts")):
            call_command("collectstatic", verbosity=0, interactive=False)
        login, loaded = self._first_start()
        if supervisor.asked_to_stop:
            return
        with self._step(_("web, workers and clock")):
            self._start_programs(supervisor, url)
        story = self._story(supervisor, login, loaded)
        if not supervisor.asked_to_stop:
            self._write("\n" + tell(story) + "\n")
        self._keep_running(supervisor)

    def _start_queue(self, supervisor: Supervisor) -> str:
        chosen = queue.choose(settings.DATA_DIR, os.environ)
        with self._step(chosen.words):
            if chosen.program:
                queue.end_left_over(queue_socket(settings.DATA_DIR))
                supervisor.start(chosen.program)
                self._wait_for_own_queue(supervisor, chosen.url)
            elif chosen.url.startswith("redis") and not queue.answers(chosen.url):
                raise NotInstalled(
                    _(
                        "The queue of REDIS_URL does not answer. Start it, or leave "
                        "REDIS_URL out: then this installation brings its own."
                    )
                )
        return chosen.url

    def _wait_for_own_queue(self, supervisor: Supervisor, url: str) -> None:
        if self._queue_answers(supervisor, url) or supervisor.asked_to_stop:
            return
        # Its files are broken or another version's. They only remind of what the
        # database knows, so begin anew.
        queue.set_aside(settings.DATA_DIR, time.time())
        if not self._queue_answers(supervisor, url) and not supervisor.asked_to_stop:
            raise NotInstalled(_("The queue does not start; its own lines say why."))

    def _queue_answers(self, supervisor: Supervisor, url: str) -> bool:
        return self._turn_until(
            supervisor, lambda: queue.answers(url), seconds=QUEUE_SECONDS
        )

    def _prepare_database(self) -> None:
        with self._step(_("database")):
            try:
                call_command("migrate", verbosity=0, interactive=False)
            except OperationalError as trouble:
                raise NotInstalled(
                    _("The database does not answer: %(trouble)s")
                    % {"trouble": str(trouble).strip().splitlines()[0]}
                ) from trouble

    def _first_start(self) -> tuple[Login | None, demo.Demo | None]:
        login = make_first_login(settings.DATA_DIR)
        by = User.objects.filter(is_superuser=True).order_by("pk").first()
        if by is None or not demo.is_wanted():
            return login, None
        with self._step(_("articles, readers and a first issue to show")):
            return login, demo.load(by=by, now=timezone.now())

    def _start_programs(self, supervisor: Supervisor, queue_url: str) -> None:
        # The children open connections of their own.
        connections.close_all()
        for program in programs(
            port=settings.PORT,
            data_dir=settings.DATA_DIR,
            queue_url=queue_url,
            many_processes=connection.vendor != "sqlite",
        ):
            supervisor.start(program)
        self._turn_until(
            supervisor,
            lambda: watching.web_answers(settings.PORT, settings.SITE_URL),
            seconds=WEB_SECONDS,
        )

    def _story(
        self, supervisor: Supervisor, login: Login | None, loaded: demo.Demo | None
    ) -> Story:
        if loaded:
            with self._step(_("the first issue leaves")):
                self._turn_until(
                    supervisor, lambda: has_arrived(loaded), seconds=ARRIVAL_SECONDS
                )
        kept = settings.DATA_DIR / FILE
        return Story(
            site_url=settings.SITE_URL,
            login=login,
            kept_login=kept if kept.exists() else None,
            issue=loaded.dispatch.issue if loaded else None,
            progress=progress(loaded.dispatch) if loaded else None,
            draft=loaded.draft if loaded else None,
            has_local_mailbox=settings.EMAIL_PROVIDER == "local",
        )

    def _keep_running(self, supervisor: Supervisor) -> None:
        since, next_look = timezone.now(), 0.0
        while not supervisor.asked_to_stop:
            supervisor.turn()
            if time.monotonic() < next_look:
                continue
            next_look = time.monotonic() + LOOK_EVERY
            now = timezone.now()
            # A database that is away for a moment is no reason to stop watching.
            with suppress(DatabaseError):
                if watching.restart_the_stalled(
                    supervisor,
                    started=since,
                    last_sweep=last_sweep(),
                    waiting_since=waiting_since(now),
                    now=now,
                ):
                    since = now
            connections.close_all()

    def _stop(self, supervisor: Supervisor) -> None:
        if supervisor.children:
            with self._step(_("stopping (Ctrl-C again: at once)")):
                supervisor.stop()

    def _turn_until(
        self, supervisor: Supervisor, true: Callable[[], bool], *, seconds: float
    ) -> bool:
        """Keep everything going until it is true, time is up or we have to stop."""
        deadline = time.monotonic() + seconds
        while not true():
            if supervisor.asked_to_stop or time.monotonic() > deadline:
                return False
            supervisor.turn()
        return True

    @contextmanager
    def _step(self, words: str) -> Iterator[None]:
        started = time.monotonic()
        self._write(f"→ {words} …")
        yield
        seconds = number_format(time.monotonic() - started, decimal_pos=1)
        self._write(f"  {seconds} s")

    def _pass_on(self, name: str, line: str) -> None:
        self._write(f"{name:6} │ {line}")

    def _write(self, line: str) -> None:
        # Whoever read us may have gone (make run | head); stopping must go on.
        with suppress(OSError):
            self.stdout.write(line)
            self.stdout.flush()


def has_arrived(loaded: demo.Demo) -> bool:
    """Tell whether the demo's issue is with its readers."""
    loaded.dispatch.refresh_from_db()
    connections.close_all()
    return loaded.dispatch.finished_at is not None
