"""Factories of the question desk."""

import factory
from django.utils import timezone

from helpdesk.models import Asking, Category, Enquiry, Entry, Feedback
from helpdesk.wordings import question_key


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"第{n}类")
    slug = factory.Sequence(lambda n: f"lei-{n}")
    place = factory.Sequence(lambda n: n)


class EntryFactory(factory.django.DjangoModelFactory):
    """A published entry without an end."""

    class Meta:
        model = Entry

    category = factory.SubFactory(CategoryFactory)
    question = factory.Sequence(lambda n: f"第{n}种津贴按月怎么领取？")
    answer = "每月随工资一起领取。"
    source = "《示例办法》"
    clause = "第二条"


class AskingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Asking

    entry = factory.SubFactory(EntryFactory)
    day = factory.LazyFunction(timezone.localdate)
    times = 1


class EnquiryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Enquiry

    text = factory.Sequence(lambda n: f"第{n}次高温补贴怎么领")
    key = factory.LazyAttribute(lambda enquiry: question_key(enquiry.text))
    first_day = factory.LazyFunction(timezone.localdate)
    last_day = factory.SelfAttribute("first_day")


class FeedbackFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Feedback

    entry = factory.SubFactory(EntryFactory)
    ballot = factory.Sequence(lambda n: f"ballot-{n}")
    helpful = True
    day = factory.LazyFunction(timezone.localdate)
