"""Importing a roster on the desk: look first, then write; bound to the officer and the unit."""

import io

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories.unions import OfficerRoleFactory, UnionFactory
from unions.models import Member, Union

pytestmark = pytest.mark.django_db
HEADS = "姓名,手机号,工会代码"


@pytest.fixture
def city():
    return UnionFactory(name="甲市", code="city", level=Union.Level.CITY)


@pytest.fixture
def plant(city):
    return UnionFactory(name="甲厂", code="plant", parent=city)


@pytest.fixture
def officer(city):
    return OfficerRoleFactory(union=city).member


@pytest.fixture
def client_of_officer(officer, signed_in):
    return signed_in(officer)


def address(unit):
    return reverse("manage_import", args=[unit.pk])


def upload(client, unit, *rows, name="名册.csv"):
    content = "\n".join([HEADS, *rows]).encode()
    return client.post(address(unit), {"file": SimpleUploadedFile(name, content)})


def token_in(response) -> str:
    return BeautifulSoup(response.content, "html.parser").select_one("[name=token]")["value"]


def test_the_first_step_shows_and_the_second_writes(client_of_officer, city, plant):
    preview = upload(client_of_officer, city, "王芳,13800001234,plant", "李雷,13800001235,city")
    assert preview.status_code == 200
    assert "读到 2 人" in preview.content.decode()
    assert not Member.objects.filter(phone="13800001234").exists()
    done = client_of_officer.post(address(city), {"token": token_in(preview)})
    assert "新增 2 人" in done.content.decode()
    assert Member.objects.get(phone="13800001234").union == plant


def test_a_second_press_changes_nothing(client_of_officer, city):
    token = token_in(upload(client_of_officer, city, "王芳,13800001234,city"))
    client_of_officer.post(address(city), {"token": token})
    again = client_of_officer.post(address(city), {"token": token})
    assert "新增 0 人，更新 0 人，1 人没有变化" in again.content.decode()
    assert Member.objects.filter(phone="13800001234").count() == 1


def test_bad_rows_are_listed_by_number_and_there_is_nothing_to_write(client_of_officer, city):
    response = upload(client_of_officer, city, "王芳,13800001234,city", "李雷,123,city")
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 422
    rows = [[cell.text for cell in row.find_all(["th", "td"])] for row in page.select("tbody tr")]
    assert rows == [["3", "手机号不是 11 位：123"]]
    assert not page.select("[name=token]")


@pytest.mark.parametrize("file", [None, SimpleUploadedFile("a.xlsx", b"PK\x03\x04 no")])
def test_a_missing_or_broken_file_is_told_at_the_field(file, client_of_officer, city):
    response = client_of_officer.post(address(city), {"file": file} if file else {})
    assert response.status_code == 422
    assert BeautifulSoup(response.content, "html.parser").select(".field__error")


def test_a_unit_takes_members_of_its_own_subtree_alone(client_of_officer, city, plant):
    response = upload(client_of_officer, plant, "王芳,13800001234,city")
    assert response.status_code == 422
    assert "不在您的管辖范围内" in response.content.decode()


def test_a_preview_opens_for_nobody_else_and_for_no_other_unit(
    client_of_officer, city, plant, signed_in
):
    token = token_in(upload(client_of_officer, city, "王芳,13800001234,city"))
    elsewhere = client_of_officer.post(address(plant), {"token": token})
    assert "预览已过期" in elsewhere.content.decode()
    colleague = signed_in(OfficerRoleFactory(union=city).member)
    response = colleague.post(address(city), {"token": token})
    assert response.status_code == 422
    assert not Member.objects.filter(phone="13800001234").exists()


def test_an_old_preview_writes_nothing(client_of_officer, city):
    token = token_in(upload(client_of_officer, city, "王芳,13800001234,city"))
    cache.clear()
    response = client_of_officer.post(address(city), {"token": token})
    assert "预览已过期，没有写入" in response.content.decode()


def test_who_lost_the_role_after_the_preview_writes_nothing(client_of_officer, officer, city):
    token = token_in(upload(client_of_officer, city, "王芳,13800001234,city"))
    officer.officer_roles.all().delete()
    assert client_of_officer.post(address(city), {"token": token}).status_code == 404
    assert not Member.objects.filter(phone="13800001234").exists()


def test_the_template_names_the_code_of_the_unit(client_of_officer, city):
    response = client_of_officer.get(reverse("manage_import_template", args=[city.pk]))
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert any("city" in str(row[0]) for row in book.worksheets[1].values)
