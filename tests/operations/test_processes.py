"""The supervisor with real processes; small ones, as only their lives matter."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from newsletter.management.supervisor.processes import (
    Program,
    Supervisor,
    describe_end,
    pause_before,
)

SLEEP = "import time; print('awake', flush=True); time.sleep(60)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('awake', flush=True); time.sleep(60)"
)
# A leader with a helper in its group, as the worker has its pool.
WITH_HELPER = (
    "import subprocess, sys, time; "
    "helper = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
    "print('helper', helper.pid, flush=True); time.sleep(60)"
)


def python(name: str, code: str, **options) -> Program:
    return Program(name, (sys.executable, "-c", code), **options)


class Notes(list):
    """What the supervisor passed on."""

    def __call__(self, name: str, line: str) -> None:
        self.append((name, line))

    def of(self, name: str) -> list[str]:
        return [line for said_by, line in self if said_by == name]


@pytest.fixture
def said():
    return Notes()


@pytest.fixture
def supervisor(said):
    supervisor = Supervisor(said)
    yield supervisor
    supervisor.asked_to_stop = 2
    with suppress(RuntimeError):
        supervisor.stop()


def turn_until(supervisor: Supervisor, true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it did not happen in 10 seconds"
        supervisor.turn()


def is_alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it did not happen in 10 seconds"
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("failure", "seconds"), [(1, 0.5), (2, 1), (3, 2), (6, 16), (7, 30), (500, 30)]
)
def test_the_pause_doubles_up_to_half_a_minute(failure, seconds):
    assert pause_before(failure) == seconds


def test_output_is_passed_on_line_by_line_with_its_name(supervisor, said):
    supervisor.start(python("web", "print('first\\nsecond'); print('third', end='')"))
    turn_until(supervisor, lambda: len(said.of("web")) >= 4)
    assert said.of("web")[:3] == ["first", "second", "third"]


def test_noise_and_empty_lines_are_left_out(supervisor, said):
    code = "print('advice: overcommit\\n\\nready')"
    supervisor.start(python("queue", code, noise=("overcommit",)))
    turn_until(supervisor, lambda: said)
    assert said.of("queue")[0] == "ready"


def test_a_killed_program_comes_back(supervisor, said):
    supervisor.start(python("worker", SLEEP))
    turn_until(supervisor, lambda: "awake" in said.of("worker"))
    first = supervisor.children["worker"].process.pid
    os.kill(first, signal.SIGKILL)
    turn_until(supervisor, lambda: said.of("worker").count("awake") == 2)
    assert supervisor.children["worker"].process.pid != first
    assert "signaal 9" in said.of("worker")[1]


def test_the_helpers_of_a_killed_program_go_with_it(supervisor, said):
    supervisor.start(python("worker", WITH_HELPER))
    turn_until(supervisor, lambda: said.of("worker"))
    helper = int(said.of("worker")[0].split()[1])
    assert is_alive(helper)
    os.kill(supervisor.children["worker"].process.pid, signal.SIGKILL)
    turn_until(supervisor, lambda: not is_alive(helper))


def test_a_program_that_falls_at_once_is_tried_at_growing_intervals(supervisor, said):
    supervisor.start(python("web", "raise SystemExit(3)"))
    turn_until(supervisor, lambda: len(said.of("web")) >= 2)
    first, second = said.of("web")[:2]
    assert "0,5 s" in first
    assert "1,0 s" in second
    assert "code 3" in first


def test_a_long_healthy_life_forgives_earlier_falls(supervisor, said):
    supervisor.start(python("web", SLEEP))
    child = supervisor.children["web"]
    turn_until(supervisor, lambda: said.of("web"))
    child.failures, child.started_at = 6, time.monotonic() - 61
    os.kill(child.process.pid, signal.SIGKILL)
    turn_until(supervisor, lambda: len(said.of("web")) >= 2)
    assert child.failures == 1


def test_a_restart_of_ours_comes_back_too(supervisor, said):
    supervisor.start(python("worker", SLEEP))
    turn_until(supervisor, lambda: said.of("worker"))
    supervisor.restart("worker")
    turn_until(supervisor, lambda: said.of("worker").count("awake") == 2)


def test_the_queue_stops_after_those_who_use_it(supervisor, said, tmp_path):
    ended = tmp_path / "ended"
    code = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        f"    open({str(ended)!r}, 'a').write(sys.argv[1] + ' ')\n"
        "    raise SystemExit\n"
        "signal.signal(signal.SIGTERM, end); print('awake', flush=True)\n"
        "time.sleep(60)"
    )
    for name, foundation in (("queue", True), ("web", False)):
        command = (sys.executable, "-c", code, name)
        supervisor.start(Program(name, command, is_foundation=foundation))
    turn_until(supervisor, lambda: len(said) == 2)
    supervisor.stop()
    assert ended.read_text() == "web queue "


def test_a_second_ctrl_c_ends_the_stubborn_at_once(supervisor, said):
    supervisor.start(python("worker", STUBBORN))
    turn_until(supervisor, lambda: said.of("worker"))
    pid = supervisor.children["worker"].process.pid
    supervisor.asked_to_stop = 2
    started = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - started < 2
    assert not is_alive(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties them together")
def test_nothing_outlives_a_killed_supervisor():
    code = (
        "import sys; from newsletter.management.supervisor.processes import *\n"
        "s = Supervisor(lambda name, line: print(line, flush=True))\n"
        f"s.start(Program('web', (sys.executable, '-c', {STUBBORN!r})))\n"
        "print(s.children['web'].process.pid, flush=True)\n"
        "while True: s.turn()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        pid = int(process.stdout.readline())
        assert process.stdout.readline() == "awake\n"
        process.kill()
        wait_until(lambda: not is_alive(pid))


def test_how_it_ended_is_said_in_words():
    assert describe_end(-9) == "gestopt door signaal 9"
    assert describe_end(2) == "code 2"
