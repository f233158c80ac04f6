"""The secret is made once, for the owner's eyes alone."""

import stat
import subprocess
import sys

from config.environment import secret_key


def test_the_secret_is_made_once_and_kept(tmp_path):
    first = secret_key(tmp_path)
    assert len(first) >= 50
    assert secret_key(tmp_path) == first


def test_only_the_owner_can_read_the_secret(tmp_path):
    secret_key(tmp_path)
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_processes_that_start_at_once_agree(tmp_path):
    program = (
        "import sys; from pathlib import Path; from config.environment import secret_key;"
        "print(secret_key(Path(sys.argv[1])))"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(6)
    ]
    assert len({process.communicate()[0].strip() for process in started}) == 1


def test_two_installations_have_different_secrets(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert secret_key(tmp_path / "a") != secret_key(tmp_path / "b")
