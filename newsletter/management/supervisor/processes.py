"""Programs kept running: one output, started again when they fall, ended together."""

import math
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from newsletter.orphans import die_with

LONGEST_PAUSE = 30.0
HEALTHY_AFTER = 60.0
GRACE = 40.0
GRACE_OF_FOUNDATION = 10.0
TURN = 0.2


@dataclass(frozen=True)
class Program:
    """What to run.

    Attributes:
        is_foundation: others stand on it, so it is the last to stop.
        noise: parts of lines of its output that are not worth showing.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    is_foundation: bool = False
    noise: tuple[str, ...] = ()


def pause_before(failure: int) -> float:
    """Return the seconds to wait after the nth fall in a row: 0.5, 1, 2 … 30."""
    return min(math.ldexp(0.5, min(failure, 10) - 1), LONGEST_PAUSE)


@dataclass
class Child:
    """One program as it runs now, in a process group of its own."""

    program: Program
    failures: int = 0
    start_at: float = 0.0
    started_at: float = 0.0
    process: subprocess.Popen[bytes] | None = None
    has_closed_its_output: bool = False
    _unfinished: bytes = b""

    def start(self, now: float) -> int:
        """Start it; return the file descriptor of its output."""
        parent = os.getpid()
        self.process = subprocess.Popen(  # noqa: S603 (our own commands)
            self.program.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=os.environ | dict(self.program.environment),
            start_new_session=True,
            preexec_fn=lambda: die_with(parent),
        )
        self.started_at = now
        self.has_closed_its_output = False
        assert self.process.stdout is not None  # noqa: S101 (asked for above)
        os.set_blocking(self.process.stdout.fileno(), False)
        return self.process.stdout.fileno()

    @property
    def is_dead(self) -> bool:
        """Whether its leader has ended; it stays a zombie, so that its id is ours."""
        if self.process is None:
            return False
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.process.pid, flags) is not None

    def read_lines(self) -> list[str]:
        """Return the whole lines it has written since the last time."""
        if self.process is None or self.process.stdout is None:
            return []
        try:
            data = os.read(self.process.stdout.fileno(), 65536)
        except BlockingIOError:
            return []
        if not data:
            self.has_closed_its_output = True
            data = b"\n" if self._unfinished else b""
        *lines, self._unfinished = (self._unfinished + data).split(b"\n")
        readable = (line.decode(errors="replace").rstrip() for line in lines)
        return [line for line in readable if line and not self._is_noise(line)]

    def _is_noise(self, line: str) -> bool:
        return any(part in line for part in self.program.noise)

    def tell(self, number: signal.Signals) -> None:
        """Send a signal to the leader, which ends its own helpers."""
        if self.process is not None and not self.is_dead:
            os.kill(self.process.pid, number)

    def bury(self) -> int:
        """Kill what is left of its group; return how the leader ended."""
        if self.process is None:
            return 0
        # Where only the zombie of its leader is left, macOS says EPERM.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        code = self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None
        return code


@dataclass
class Supervisor:
    """Runs programs in one thread: the kernel ties children to the thread that forks.

    Attributes:
        say: takes (name of the program, one line of its output).
        asked_to_stop: how often; once is in good order, twice is now.
    """

    say: Callable[[str, str], None]
    children: dict[str, Child] = field(default_factory=dict)
    asked_to_stop: int = 0
    _selector: selectors.DefaultSelector = field(
        default_factory=selectors.DefaultSelector
    )

    def heed_signals(self) -> None:
        """End in good order on Ctrl-C, TERM or a closed terminal."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: object) -> None:
        self.asked_to_stop += 1

    def start(self, program: Program) -> None:
        """Start a program and keep it running from now on."""
        child = self.children[program.name] = Child(program)
        self._start(child)

    def _start(self, child: Child) -> None:
        descriptor = child.start(time.monotonic())
        self._selector.register(descriptor, selectors.EVENT_READ, child)

    def turn(self) -> None:
        """Pass on output, bury the dead, start again what is due (about 0.2 s)."""
        self._pass_on_output(TURN)
        now = time.monotonic()
        for child in self.children.values():
            if child.is_dead:
                self._restart_later(child, now)
            elif child.process is None and now >= child.start_at:
                self._start(child)

    def restart(self, name: str) -> None:
        """End one program for a reason of ours; it comes back by itself."""
        self.children[name].tell(signal.SIGKILL)

    def stop(self) -> None:
        """End all: the leaders first, in good order, the foundations last."""
        others = [c for c in self.children.values() if not c.program.is_foundation]
        foundations = [c for c in self.children.values() if c.program.is_foundation]
        self._end(others, GRACE)
        self._end(foundations, GRACE_OF_FOUNDATION)
        self._selector.close()

    def _pass_on_output(self, seconds: float) -> None:
        if not self._selector.get_map():
            time.sleep(seconds)
            return
        for key, _mask in self._selector.select(seconds):
            child: Child = key.data
            for line in child.read_lines():
                self.say(child.program.name, line)
            if child.has_closed_its_output:
                self._selector.unregister(key.fd)

    def _restart_later(self, child: Child, now: float) -> None:
        if now - child.started_at >= HEALTHY_AFTER:
            child.failures = 0
        child.failures += 1
        pause = pause_before(child.failures)
        child.start_at = now + pause
        how = describe_end(self._bury(child))
        self.say(
            child.program.name,
            _("ended (%(how)s); starts again in %(pause)s s")
            % {"how": how, "pause": number_format(pause, decimal_pos=1)},
        )

    def _bury(self, child: Child) -> int:
        if child.process is not None and child.process.stdout is not None:
            for line in child.read_lines():
                self.say(child.program.name, line)
            descriptor = child.process.stdout.fileno()
            if descriptor in self._selector.get_map():
                self._selector.unregister(descriptor)
        return child.bury()

    def _end(self, children: list[Child], grace: float) -> None:
        for child in children:
            child.tell(signal.SIGTERM)
        deadline = time.monotonic() + grace
        while any(child.process and not child.is_dead for child in children):
            if time.monotonic() > deadline or self.asked_to_stop > 1:
                break
            self._pass_on_output(TURN / 4)
        for child in children:
            self._bury(child)


def describe_end(code: int) -> str:
    """Say how a process ended, as an operator would."""
    if code < 0:
        return _("killed by signal %(number)s") % {"number": -code}
    return _("exit code %(number)s") % {"number": code}
