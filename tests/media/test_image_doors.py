"""Every way for a picture into the library, with the same hostile and the same good files."""

import io
import json
import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.models import Collection, UploadedFile

from media import services
from media.errors import MediaError
from media.models import SiteImage
from tests.factories.media import SiteImageFactory
from tests.media.test_pictures import HTML, animation, bare_png, photograph

pytestmark = pytest.mark.django_db

ENTITY_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY e0 "ha">'
    + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    + "]><svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><text>&e9;</text></svg>"
).encode()
FOREIGN_ENTITY = (
    b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><text>&x;</text></svg>"
)
WIDE_SVG = (
    b"<svg xmlns='http://www.w3.org/2000/svg' width='1000000000' height='1000000000'>"
    b"<rect width='9' height='9'/></svg>"
)
REFUSED = {
    "a web page named png": (HTML, "x.png", "不是有效图片"),
    "60,000 squared": (bare_png(60_000, 60_000, rows=10), "x.png", "图片像素过大"),
    "121 megapixels in 15 KB": (bare_png(11_000, 11_000), "x.png", "图片像素过大"),
    "a moving picture": (animation("GIF", 40), "x.gif", "不能用动图"),
    "a script in SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "x.svg", ""),
    "an entity bomb in SVG": (ENTITY_BOMB, "x.svg", ""),
    "an entity bomb named png": (ENTITY_BOMB, "x.png", "不是有效图片"),
    "a file of the server in SVG": (FOREIGN_ENTITY, "x.svg", ""),
    "a file of the server named png": (FOREIGN_ENTITY, "x.png", "不是有效图片"),
    "an SVG a thousand million wide": (WIDE_SVG, "x.svg", ""),
    "a wide SVG named png": (WIDE_SVG, "x.png", "不是有效图片"),
}


def root() -> int:
    return Collection.get_first_root_node().pk


def single(client, data, name, **more):
    form = {"title": "标题", "description": "说明", "collection": root(), "tags": ""} | more
    return client.post(
        reverse("wagtailimages:add"), form | {"file": SimpleUploadedFile(name, data)}
    )


def several(client, data, name):
    return client.post(
        reverse("wagtailimages:add_multiple"),
        {"files[]": SimpleUploadedFile(name, data), "collection": root()},
    )


def chosen(client, data, name):
    return client.post(
        reverse("wagtailimages_chooser:create"),
        {
            "image-chooser-upload-title": "标题",
            "image-chooser-upload-description": "说明",
            "image-chooser-upload-collection": root(),
            "image-chooser-upload-tags": "",
            "image-chooser-upload-file": SimpleUploadedFile(name, data),
        },
    )


def stored() -> bytes:
    with SiteImage.objects.get().file.open() as file:
        return file.read()


@pytest.mark.parametrize("door", [single, several, chosen])
@pytest.mark.parametrize("case", REFUSED)
def test_each_door_of_the_admin_refuses_it_in_words(admin, door, case):
    data, name, message = REFUSED[case]
    response = door(admin, data, name)
    assert response.status_code == 200
    text = response.content.decode()
    if response["Content-Type"].startswith("application/json"):
        text = json.dumps(response.json(), ensure_ascii=False)
    assert message in text
    assert SiteImage.objects.count() == 0
    assert UploadedFile.objects.count() == 0


@pytest.mark.parametrize("door", [single, several, chosen])
def test_each_door_of_the_admin_strips_the_place_and_turns_the_picture(admin, door):
    response = door(admin, photograph() + HTML, "IMG_2041.jpg")
    if door is several:  # the description is still to be written: the second step makes the row
        assert SiteImage.objects.count() == 0
        upload = UploadedFile.objects.get()
        prefix = f"uploaded-image-{upload.pk}"
        response = admin.post(
            reverse("wagtailimages:create_multiple_from_uploaded_image", args=(upload.pk,)),
            {
                f"{prefix}-title": "标题",
                f"{prefix}-description": "说明",
                f"{prefix}-collection": root(),
                f"{prefix}-tags": "",
            },
        )
        assert response.json()["success"]
        assert not UploadedFile.objects.exists()
    image = SiteImage.objects.get()
    assert (image.width, image.height) == (40, 60)
    assert b"Spycam" not in stored()
    assert b"script" not in stored()
    assert dict(Image.open(io.BytesIO(stored())).getexif()) == {}
    assert re.fullmatch(r"original_images/[0-9a-f]{32}\.jpg", image.file.name)
    assert image.file_size == len(stored())
    assert image.file_hash


@pytest.mark.parametrize("door", [single, chosen])
def test_a_picture_without_alternative_text_is_not_saved(admin, door):
    response = (
        single(admin, photograph(), "x.jpg", description="")
        if door is single
        else admin.post(
            reverse("wagtailimages_chooser:create"),
            {
                "image-chooser-upload-title": "标题",
                "image-chooser-upload-collection": root(),
                "image-chooser-upload-file": SimpleUploadedFile("x.jpg", photograph()),
            },
        )
    )
    assert response.status_code == 200
    assert SiteImage.objects.count() == 0


def test_a_new_file_for_an_old_picture_is_drawn_anew_and_the_old_one_goes(admin):
    image = SiteImageFactory()
    before, storage = image.file.name, image.file.storage
    response = admin.post(
        reverse("wagtailimages:edit", args=(image.pk,)),
        {
            "title": "新图",
            "description": "说明",
            "collection": root(),
            "tags": "",
            "credit": "",
            "file": SimpleUploadedFile("new.jpg", photograph()),
        },
    )
    assert response.status_code == 302
    assert b"Spycam" not in stored()
    assert not storage.exists(before)


def test_the_service_draws_the_picture_anew_and_keeps_the_credit():
    image = services.add_image(
        file=ContentFile(photograph() + HTML, name="../../etc/x.jpg"),
        title="../../麦收\u202egnp.exe",
        description="麦田里的一台拖拉机",
        credit="示例",
    )
    assert image.title == "麦收gnp.exe"
    assert image.credit == "示例"
    assert b"Spycam" not in stored()
    assert b"script" not in stored()
    assert image.file_hash


def test_the_service_asks_for_alternative_text():
    with pytest.raises(MediaError) as raised:
        services.add_image(file=ContentFile(photograph(), name="x.jpg"), title="x", description=" ")
    assert raised.value.code == "no_description"


def test_even_a_row_made_without_form_or_service_holds_a_clean_file():
    SiteImage.objects.create(title="x", file=ContentFile(photograph(), name="x.jpg"))
    assert b"Spycam" not in stored()
    with pytest.raises(MediaError):
        SiteImage.objects.create(title="x", file=ContentFile(HTML, name="x.png"))


def test_saving_a_picture_again_does_not_touch_its_file():
    image = SiteImageFactory()
    name, data = image.file.name, stored()
    image.title = "另一个标题"
    image.save()
    assert (SiteImage.objects.get().file.name, stored()) == (name, data)
