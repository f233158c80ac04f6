"""Pictures in the shapes that pages show."""

from wagtail.images.models import AbstractRendition
from wagtail.images.shortcuts import get_renditions_or_not_found

from cms.shapes import SHAPES
from media.models import SiteImage


def in_shape(image: SiteImage, shape: str) -> list[AbstractRendition]:
    """Return the renditions of `image` in a shape of `cms.shapes`, from small to large.

    Makes what is not there yet; a lost file gives renditions whose address leads nowhere.
    """
    return list(get_renditions_or_not_found(image, SHAPES[shape]).values())


def largest_url(image: SiteImage | None, shape: str) -> str:
    """The address of the largest rendition in a shape; "" without a picture."""
    return in_shape(image, shape)[-1].url if image else ""
