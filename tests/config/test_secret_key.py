"""The secret is made once, for the owner's eyes alone."""

import stat
import threading

from config.environment import secret_key


def test_the_secret_is_readable_by_its_owner_alone(tmp_path):
    key = secret_key(tmp_path)
    assert len(key) >= 50
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_the_secret_stays_the_same(tmp_path):
    assert secret_key(tmp_path) == secret_key(tmp_path)


def test_two_installations_have_different_secrets(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert secret_key(tmp_path / "a") != secret_key(tmp_path / "b")


def test_processes_that_start_together_agree(tmp_path):
    barrier, found = threading.Barrier(8), []

    def start():
        barrier.wait()
        found.append(secret_key(tmp_path))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert found[0]
