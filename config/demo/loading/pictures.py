"""Pictures, each uploaded once."""

from django.core.files import File

from config.demo.files import PICTURES
from media.models import SiteImage
from media.services import add_image

CREDIT = "工声制图"


class Pictures:
    """`picture(name, alt)` uploads `pictures/<name>.webp` at its first use."""

    def __init__(self):
        self._known: dict[str, SiteImage] = {}

    def __call__(self, name: str, alt: str) -> SiteImage:
        if name not in self._known:
            with (PICTURES / f"{name}.webp").open("rb") as file:
                self._known[name] = add_image(
                    file=File(file, name=f"{name}.webp"),
                    title=alt,
                    description=alt,
                    credit=CREDIT,
                )
        return self._known[name]
