"""What a multiple upload puts aside doesn't stay for ever."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Collection, UploadedFile

from media import services, tasks
from media.models import SiteImage
from tests.factories.media import SiteImageFactory, picture_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def left(admin):
    """A picture that an editor dropped on the multiple upload and left without its words."""
    admin.post(
        reverse("wagtailimages:add_multiple"),
        {
            "files[]": SimpleUploadedFile("photo.png", picture_bytes(), "image/png"),
            "collection": Collection.get_first_root_node().pk,
        },
        headers={"x-requested-with": "XMLHttpRequest"},
    )
    assert not SiteImage.objects.exists()
    return UploadedFile.objects.get()


def test_an_upload_left_for_a_day_is_removed_with_its_file(left):
    path = Path(left.file.path)
    assert path.exists()
    tomorrow = timezone.now() + timedelta(days=1, minutes=1)
    assert services.purge_uploads(now=tomorrow) == 1
    assert not path.exists()
    assert not UploadedFile.objects.exists()
    assert services.purge_uploads(now=tomorrow) == 0


def test_an_upload_of_today_waits_for_its_words(left):
    services.purge_uploads(now=timezone.now() + timedelta(hours=23))
    tasks.purge_uploads()
    assert UploadedFile.objects.get() == left
    assert Path(left.file.path).exists()


def test_a_row_whose_file_is_gone_holds_nothing_up(left):
    Path(left.file.path).unlink()
    UploadedFile.objects.create(file=ContentFile(b"x", name="second.png"))
    assert services.purge_uploads(now=timezone.now() + timedelta(days=2)) == 2


def test_what_reached_the_library_stays(left):
    image = SiteImageFactory()
    services.purge_uploads(now=timezone.now() + timedelta(days=2))
    assert Path(image.file.path).exists()


def test_it_is_done_every_day():
    tasks_by_the_clock = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks.purge_uploads.name in tasks_by_the_clock
