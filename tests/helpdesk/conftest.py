"""An index of the test's own that knows what the database knows."""

import shutil
import tempfile
from pathlib import Path

import pytest

from search import services
from search.engines import get_engine


@pytest.fixture
def indexed(db, settings):
    """`indexed()` lets readers find every entry that is in the database now."""
    memory = Path("/dev/shm")  # noqa: S108  (an index in memory spares a sync to disk per commit)
    folder = tempfile.mkdtemp(prefix="gongsheng-index-", dir=memory if memory.is_dir() else None)
    settings.SEARCH_INDEX_DIR = Path(folder)

    def index():
        services.rebuild()
        get_engine().forget()

    yield index
    shutil.rmtree(folder, ignore_errors=True)
