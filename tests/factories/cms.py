"""Factories of pages, people and honours; every page is live below the site's home."""

import factory
import wagtail_factories
from django.utils import timezone

from cms.models import (
    ChannelPage,
    HomePage,
    Honour,
    HonourAward,
    HonourList,
    LessonPage,
    LessonQuestion,
    Level,
    NoticeIndexPage,
    NoticePage,
    Person,
    StandardPage,
    StoryPage,
    StoryPerson,
    TopicPage,
    VideoIndexPage,
    VideoPage,
)
from cms.services import set_up_site
from media.models import SiteDocument, SiteImage
from tests.factories.quiz import QuestionBankFactory, make_question
from tests.factories.unions import UnionFactory


def home() -> HomePage:
    """The site's home, made with everything around it on first use."""
    return HomePage.objects.first() or set_up_site(hostname="testserver")


class ImageFactory(wagtail_factories.ImageFactory):
    class Meta:
        model = SiteImage

    title = factory.Sequence(lambda n: f"图{n}")
    description = "版画：焊工俯身在一根工字钢上"
    file = factory.django.ImageField(width=120, height=80, color="brown")


class DocumentFactory(wagtail_factories.DocumentFactory):
    class Meta:
        model = SiteDocument

    title = "活动周安排表"
    file = factory.django.FileField(filename="plan.pdf", data=b"%PDF-1.4 plan")
    file_size = 2048


class OurPageFactory(wagtail_factories.PageFactory):
    class Meta:
        abstract = True

    slug = ""
    first_published_at = factory.LazyFunction(timezone.now)


class ChannelPageFactory(OurPageFactory):
    class Meta:
        model = ChannelPage

    title = factory.Sequence(lambda n: f"第{n}栏目")
    parent = factory.LazyFunction(home)


def channel() -> ChannelPage:
    """The column 劳模工匠."""
    return ChannelPage.objects.child_of(home()).get(slug="laomo")


class StoryPageFactory(OurPageFactory):
    """A story; `body=` takes (block, value) pairs."""

    class Meta:
        model = StoryPage

    title = factory.Sequence(lambda n: f"弧光{n}年")
    dek = "二十六本台账，成了年轻焊工的第一本教材。"
    union = factory.SubFactory(UnionFactory)
    lead_image = factory.SubFactory(ImageFactory)
    body = [("paragraph", "<p>下午两点十分，球罐车间的行车停了。</p>")]
    parent = factory.LazyFunction(channel)


class VideoPageFactory(OurPageFactory):
    class Meta:
        model = VideoPage

    title = factory.Sequence(lambda n: f"走线第{n}课")
    union = factory.SubFactory(UnionFactory)
    lead_image = factory.SubFactory(ImageFactory)
    seconds = 492
    body = [("paragraph", "<p>脚下一百二十米。</p>")]
    parent = factory.LazyFunction(lambda: VideoIndexPage.objects.child_of(home()).get())


class LessonPageFactory(VideoPageFactory):
    class Meta:
        model = LessonPage

    title = factory.Sequence(lambda n: f"七步接头第{n}讲")
    goal = "断纱以后七秒内接好头。"


class LessonQuestionFactory(factory.django.DjangoModelFactory):
    """A practice question that a lesson asks."""

    class Meta:
        model = LessonQuestion

    page = factory.SubFactory(LessonPageFactory)
    question = factory.LazyFunction(lambda: make_question(QuestionBankFactory(), practice=True))


class TopicPageFactory(OurPageFactory):
    """A topic; `sections=` takes (title, pages) pairs."""

    class Meta:
        model = TopicPage

    title = factory.Sequence(lambda n: f"专题{n}")
    line = "一线的手艺，一处看全。"
    union = factory.SubFactory(UnionFactory)
    parent = factory.LazyFunction(home)

    @classmethod
    def _create(cls, model_class, *args, sections=(), **kwargs):
        blocks = [("section", {"title": title, "pages": pages}) for title, pages in sections]
        return super()._create(model_class, *args, sections=blocks, **kwargs)


class NoticePageFactory(OurPageFactory):
    class Meta:
        model = NoticePage

    title = factory.Sequence(lambda n: f"关于第{n}件事的通知")
    union = factory.SubFactory(UnionFactory)
    body = [("paragraph", "<p>请各级工会办理。</p>")]
    parent = factory.LazyFunction(lambda: NoticeIndexPage.objects.child_of(home()).get())


class StandardPageFactory(OurPageFactory):
    class Meta:
        model = StandardPage

    title = factory.Sequence(lambda n: f"说明{n}")
    parent = factory.LazyFunction(home)


class PersonFactory(factory.django.DjangoModelFactory):
    """A person with a public profile."""

    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"秦守{chr(0x4E00 + n % 2000)}")
    trade = "电焊工"
    employer = "青岚重工"
    union = factory.SubFactory(UnionFactory)
    portrait = factory.SubFactory(ImageFactory)
    consent = True
    consent_on = factory.LazyFunction(timezone.localdate)
    first_published_at = factory.LazyFunction(timezone.now)


class StoryPersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StoryPerson

    page = factory.SubFactory(StoryPageFactory)
    person = factory.SubFactory(PersonFactory)


class HonourFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Honour

    name = factory.Sequence(lambda n: f"第{n}号奖章")
    level = Level.PROVINCE
    authority = "省总工会"


class HonourListFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = HonourList

    honour = factory.SubFactory(HonourFactory)
    year = 2026
    announced_on = factory.LazyFunction(timezone.localdate)


class HonourAwardFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = HonourAward

    person = factory.SubFactory(PersonFactory)
    honour = factory.SubFactory(HonourFactory)
    year = 2026
