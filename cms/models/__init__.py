"""Every page type, and the people and honours that pages speak of."""

from cms.models.articles import Article, ChannelPage, StoryPage, StoryPerson
from cms.models.attachments import PageAttachment
from cms.models.base import BasePage, WrittenPage
from cms.models.home import HomePage, HomePortrait
from cms.models.legal import SiteLegal
from cms.models.notices import NoticeIndexPage, NoticePage
from cms.models.people import Honour, HonourAward, HonourList, Level, Person
from cms.models.standard import StandardPage
from cms.models.topics import TopicPage
from cms.models.videos import Film, LessonPage, LessonQuestion, VideoIndexPage, VideoPage

__all__ = [
    "Article",
    "BasePage",
    "ChannelPage",
    "Film",
    "HomePage",
    "HomePortrait",
    "Honour",
    "HonourAward",
    "HonourList",
    "LessonPage",
    "LessonQuestion",
    "Level",
    "NoticeIndexPage",
    "NoticePage",
    "PageAttachment",
    "Person",
    "SiteLegal",
    "StandardPage",
    "StoryPage",
    "StoryPerson",
    "TopicPage",
    "VideoIndexPage",
    "VideoPage",
    "WrittenPage",
]
