import pytest

from tests.factories.media import root_collection
from tests.factories.unions import MemberFactory


@pytest.fixture
def editor(db):
    """Staff with every right in the library."""
    return MemberFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def admin(editor, signed_in):
    """The browser of `editor`."""
    return signed_in(editor)


@pytest.fixture(autouse=True)
def _own_media_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _library_has_a_root(request):
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("_django_db_helper")
        root_collection()
