"""What the settings derive from the machine when the environment is silent."""

import os
import secrets
from pathlib import Path


def secret_key(var: Path) -> str:
    """Return the secret kept in `var/secret-key`, making it (mode 600) on first use.

    Two processes that start at once agree: the file is created exclusively, the loser reads it.
    """
    path = var / "secret-key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    key = secrets.token_urlsafe(50)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key
