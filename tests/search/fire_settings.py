"""Settings of the processes of `tests.search.fire`: the database and index of the test that starts
them, named in the environment."""

import json
import os
from pathlib import Path

from tests.settings import *  # noqa: F403

given = json.loads(os.environ["FIRE"])
DATABASES["default"]["NAME"] = given["database"]
SEARCH_INDEX_DIR = Path(given["index_folder"])
ELASTICSEARCH_URL = given["url"]
ELASTICSEARCH_INDEX = given["prefix"]
if "init_command" in DATABASES["default"].get("OPTIONS", {}):
    # A killed process loses nothing by it, only a machine without power would.
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
