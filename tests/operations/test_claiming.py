import os
import socket

import pytest

from newsletter.installation import NotInstalled, queue_socket, secret
from newsletter.management.supervisor.claiming import hold, require_free_port


def test_a_second_start_in_the_same_folder_is_refused_with_a_cure(tmp_path):
    with hold(tmp_path), pytest.raises(NotInstalled) as refusal, hold(tmp_path):
        pass
    assert str(tmp_path) in str(refusal.value)
    assert "PORT=8001 make run" in str(refusal.value)


def test_the_folder_is_free_again_afterwards(tmp_path):
    with hold(tmp_path):
        pass
    with hold(tmp_path):
        pass


def test_a_new_data_folder_is_for_its_owner_only(tmp_path):
    with hold(tmp_path / "data"):
        assert os.stat(tmp_path / "data").st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_to_is_refused_with_a_cure(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(NotInstalled, match="DATA_DIR="), hold(tmp_path / "file" / "d"):
        pass


def test_a_busy_port_is_refused_naming_a_free_one():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(NotInstalled, match=rf"{port}.*PORT=\d+ make run"):
            require_free_port(port)
    require_free_port(port)


def test_the_queue_listens_in_the_data_folder(tmp_path):
    assert queue_socket(tmp_path) == tmp_path / "valkey.sock"


def test_a_path_too_long_for_a_socket_gets_a_short_one_of_its_own(tmp_path):
    deep, other = tmp_path / ("d" * 90), tmp_path / ("e" * 90)
    assert len(os.fsencode(queue_socket(deep))) <= 100
    assert queue_socket(deep) == queue_socket(deep)
    assert queue_socket(deep) != queue_socket(other)


def test_a_folder_made_for_secrets_is_for_its_owner_only(tmp_path):
    made = secret("LINK_KEYS_OF_NOBODY", data_dir=tmp_path / "data", may_make=True)
    assert len(made) > 40
    for folder in (tmp_path / "data", tmp_path / "data" / "secrets"):
        assert folder.stat().st_mode & 0o077 == 0


def test_a_secret_that_cannot_be_kept_is_refused_with_a_cure(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(NotInstalled, match="DATA_DIR="):
        secret("LINK_KEYS_OF_NOBODY", data_dir=tmp_path / "file", may_make=True)
