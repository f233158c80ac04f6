"""Picture and sound that belong to a stem, as pages show them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from wagtail.images.shortcuts import get_rendition_or_not_found

from media.models import SiteImage, SiteMedia

# The size of a picture beside its stem.
SPEC = "max-800x600|format-webp"


@dataclass(frozen=True)
class Picture:
    """A picture in the size of the page; without `url` it is gone, and `alt` stands for it."""

    alt: str
    url: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Sound:
    """A recording and what is spoken in it; without `url` it is gone."""

    transcript: str
    url: str = ""


@dataclass(frozen=True)
class Exhibit:
    """What stands with one stem."""

    picture: Picture | None = None
    sound: Sound | None = None


def exhibits_of(contents: Iterable[dict]) -> list[Exhibit]:
    """The exhibit of each of `contents` (of question versions), in order.

    At most three queries, and none where no stem has a picture or sound.
    """
    contents = list(contents)
    pictures = _found(_pictures, "picture", contents)
    sounds = _found(SiteMedia.objects.public, "sound", contents)
    return [
        Exhibit(
            _picture(pictures.get(content["picture"]), content) if "picture" in content else None,
            _sound(sounds.get(content["sound"]), content) if "sound" in content else None,
        )
        for content in contents
    ]


def _pictures() -> QuerySet[SiteImage]:
    return SiteImage.objects.prefetch_renditions(SPEC)


def _found(rows: Callable[[], QuerySet], name: str, contents: list[dict]) -> dict:
    keys = {content[name] for content in contents if name in content}
    return {row.pk: row for row in rows().filter(pk__in=keys)} if keys else {}


def _picture(image: SiteImage | None, content: dict) -> Picture:
    alt = content["picture_alt"]
    if image is None:
        return Picture(alt)
    shown = get_rendition_or_not_found(image, SPEC)
    return Picture(alt, shown.url, shown.width, shown.height)


def _sound(media: SiteMedia | None, content: dict) -> Sound:
    return Sound(content["transcript"], media.url if media else "")
