"""Settings of the server of `tests.quiz.kills`: the database of the test that starts it, named in
the environment. How a write reaches the disk is as the product has it."""

import os

from tests.settings import *  # noqa: F403

DATABASES["default"]["NAME"] = os.environ["KILLS_DATABASE"]
