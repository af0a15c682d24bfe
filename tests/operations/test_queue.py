import os
import stat
import time
from pathlib import Path

import pytest
import redis

from newsletter.installation import NotInstalled
from newsletter.management.supervisor import queue
from newsletter.management.supervisor.processes import Supervisor


@pytest.fixture
def no_server(monkeypatch):
    monkeypatch.setattr(queue, "_wheel", lambda: None)
    monkeypatch.setenv("PATH", "/nowhere")


def server_script(folder: Path, name: str, exit_code: int) -> Path:
    script = folder / name
    script.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    script.chmod(0o755)
    return script


def test_a_queue_that_is_set_is_used(tmp_path):
    chosen = queue.choose(tmp_path, {"REDIS_URL": "redis://elsewhere:6379/0"})
    assert chosen.url == "redis://elsewhere:6379/0"
    assert chosen.program is None


def test_without_any_server_files_are_the_queue_and_it_says_so(tmp_path, no_server):
    chosen = queue.choose(tmp_path, {})
    assert chosen.url == f"filesystem://{tmp_path}/queue-files"
    assert chosen.program is None
    assert "bestanden" in chosen.words


def test_a_server_of_the_system_stands_in_for_the_wheel(
    tmp_path, no_server, monkeypatch
):
    script = server_script(tmp_path, "redis-server", 0)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr(queue, "_wheel", lambda: tmp_path / "missing")
    assert script in list(queue.servers())
    assert "van dit systeem" in queue.choose(tmp_path, {}).words


def test_a_server_that_does_not_start_here_is_passed_over(
    tmp_path, no_server, monkeypatch
):
    server_script(tmp_path, "valkey-server", 127)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr(queue, "_system_redis", lambda: None)
    assert list(queue.servers()) == []


def test_a_stranger_cannot_prepare_the_folder_of_the_socket(tmp_path, monkeypatch):
    mine = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: mine + 1)
    with pytest.raises(NotInstalled, match="DATA_DIR"):
        queue.choose(tmp_path, {})


@pytest.fixture
def running(tmp_path):
    if not next(queue.servers(), None):
        pytest.skip("no Valkey or Redis server here")
    supervisor = Supervisor(lambda name, line: None)
    chosen = queue.choose(tmp_path, {})
    assert chosen.program
    supervisor.start(chosen.program)
    deadline = time.monotonic() + 10
    while not queue.answers(chosen.url):
        assert time.monotonic() < deadline
        supervisor.turn()
    yield chosen
    supervisor.stop()


@pytest.mark.services
def test_the_own_queue_is_for_its_owner_and_forgets_nothing(running, tmp_path):
    assert stat.S_IMODE((tmp_path / "valkey.sock").stat().st_mode) == 0o700
    with redis.Redis(unix_socket_path=str(tmp_path / "valkey.sock")) as client:
        assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
        assert client.config_get("appendonly")["appendonly"] == "yes"
        assert client.config_get("port")["port"] == "0"


@pytest.mark.services
def test_a_server_left_over_on_our_socket_is_ended(running, tmp_path):
    queue.end_left_over(tmp_path / "valkey.sock")
    assert not queue.answers(running.url)


def test_files_of_a_queue_that_cannot_be_read_are_set_aside(tmp_path):
    (tmp_path / "queue").mkdir()
    (tmp_path / "queue" / "dump.rdb").write_bytes(b"from another version")
    aside = queue.set_aside(tmp_path, 1796000000.0)
    assert (aside / "dump.rdb").exists()
    assert list((tmp_path / "queue").iterdir()) == []
