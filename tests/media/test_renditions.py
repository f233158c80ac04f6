"""Renditions are made before a reader asks, once each, whatever happens in between."""

import threading

import pytest
from django.db import IntegrityError, connection
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import Filter

from media import renditions, services, tasks
from media.models import MAX_FAILURES, SiteImage, SiteRendition
from tests.factories.media import SiteImageFactory

SPECS = ("fill-48x27|format-webp", "width-30|format-webp")


@pytest.fixture(autouse=True)
def _two_specs(monkeypatch):
    monkeypatch.setattr(renditions, "_specs", set())
    renditions.register(*SPECS)


def made(image) -> list[str]:
    return sorted(image.renditions.values_list("filter_spec", flat=True))


@pytest.mark.django_db
def test_a_spec_that_cannot_be_drawn_is_refused_when_it_is_registered():
    with pytest.raises(InvalidFilterSpecError):
        renditions.register("fill-wide")
    assert renditions.registered() == tuple(sorted(SPECS))


@pytest.mark.django_db
def test_saving_a_picture_orders_its_renditions_after_the_commit(
    django_capture_on_commit_callbacks,
):
    with django_capture_on_commit_callbacks(execute=True):
        image = SiteImageFactory()
        assert made(image) == []
    assert made(image) == sorted(SPECS)
    assert {rendition.file.name[-5:] for rendition in image.renditions.all()} == {".webp"}


@pytest.mark.django_db
def test_a_broker_that_is_down_does_not_spoil_the_upload(
    django_capture_on_commit_callbacks, monkeypatch
):
    def fail(*args, **kwargs):
        raise OSError

    monkeypatch.setattr(tasks.make_renditions, "apply_async", fail)
    with django_capture_on_commit_callbacks(execute=True):
        image = SiteImageFactory()
    assert made(image) == []
    tasks.make_missing_renditions()
    assert made(image) == sorted(SPECS)


@pytest.mark.django_db
def test_the_task_can_be_run_twice_and_for_a_picture_that_is_gone():
    image = SiteImageFactory()
    tasks.make_renditions(image.pk)
    tasks.make_renditions(image.pk)
    assert made(image) == sorted(SPECS)
    tasks.make_renditions(image.pk + 1)


@pytest.mark.django_db
def test_a_spec_registered_later_is_made_of_the_pictures_that_are_there():
    image = SiteImageFactory()
    tasks.make_missing_renditions()
    renditions.register("width-20|format-webp")
    assert list(SiteImage.objects.lacking_renditions(renditions.registered())) == [image]
    tasks.make_missing_renditions()
    assert len(made(image)) == 3
    assert not SiteImage.objects.lacking_renditions(renditions.registered()).exists()


@pytest.mark.django_db
def test_the_safety_net_gives_up_on_a_lost_file_and_goes_on_with_the_others():
    good, lost = SiteImageFactory(), SiteImageFactory()
    lost.file.storage.delete(lost.file.name)
    for _ in range(MAX_FAILURES):
        assert services.make_missing_renditions() >= 1
    assert made(good) == sorted(SPECS)
    assert services.make_missing_renditions() == 0


@pytest.mark.django_db
def test_the_safety_net_asks_once_however_many_pictures_are_complete(count_queries):
    SiteImageFactory()
    tasks.make_missing_renditions()
    few = count_queries(tasks.make_missing_renditions)
    for _ in range(5):
        tasks.make_renditions(SiteImageFactory().pk)
    assert count_queries(tasks.make_missing_renditions) == few


def make_at_once(image, draw) -> list[BaseException]:
    """Let two workers draw the same rendition; each waits until both have found none."""
    barrier, errors = threading.Barrier(2, timeout=20), []
    generate = SiteImage.generate_rendition_file

    def together(self, *args, **kwargs):
        file = generate(self, *args, **kwargs)
        barrier.wait()
        return file

    def work():
        try:
            draw(SiteImage.objects.get(pk=image.pk))
        except Exception as error:  # noqa: BLE001
            errors.append(error)
        finally:
            connection.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SiteImage, "generate_rendition_file", together)
        workers = [threading.Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    return errors


# Not registered, so that nobody has drawn it when the picture was saved.
OTHER = "width-33|format-webp"


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_draw_the_same_rendition_keep_one():
    image = SiteImageFactory()
    assert make_at_once(image, lambda mine: mine.get_rendition(OTHER)) == []
    assert SiteRendition.objects.filter(image=image, filter_spec=OTHER).count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_second_look_the_same_race_is_an_error():
    def careless(mine):
        if not mine.renditions.filter(filter_spec=OTHER).exists():
            file = mine.generate_rendition_file(Filter(spec=OTHER))
            mine.renditions.create(filter_spec=OTHER, file=file)

    (error,) = make_at_once(SiteImageFactory(), careless)
    assert isinstance(error, IntegrityError)
