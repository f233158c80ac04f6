"""Channels, people with honours, stories, notices and videos."""

from datetime import timedelta
from html import escape
from itertools import count

from django.utils import timezone
from wagtail.models import Page

from cms.models import (
    ChannelPage,
    HomePage,
    HomePortrait,
    Honour,
    HonourAward,
    LessonPage,
    LessonQuestion,
    NoticeIndexPage,
    NoticePage,
    Person,
    SiteLegal,
    StoryPage,
    StoryPerson,
    TopicPage,
    VideoIndexPage,
    VideoPage,
)
from cms.services import revoke_award
from config.demo.files import at, rows
from config.demo.loading.pictures import Pictures
from quiz.models import Question
from unions.models import Union

LEAD_FIGURES = 3


class Newsroom:
    """Writes the pages below `home`; keeps what later rows refer to."""

    def __init__(
        self,
        home: HomePage,
        unions: dict[str, Union],
        picture: Pictures,
        questions: dict[str, Question],
    ):
        self.home = home
        self.unions = unions
        self.picture = picture
        self.questions = questions
        self.people: dict[str, Person] = {}
        self.channels: dict[str, ChannelPage] = {}
        self._minutes = count()

    def load(self) -> None:
        self.load_people()
        self.load_channels()
        stories = [self.add_story(row) for row in self.oldest_first("stories", "story")]
        index = NoticeIndexPage.objects.get()
        for row in self.oldest_first("notices", "notice"):
            self.add_notice(index, row)
        videos = VideoIndexPage.objects.get()
        for row in self.oldest_first("videos", "video"):
            self.add_video(videos, row)
        for row in rows("topics", "topic"):
            self.add_topic(row)
        self.dress_home(stories)

    @staticmethod
    def oldest_first(name: str, table: str) -> list[dict]:
        return sorted(rows(name, table), key=lambda row: -row["days_ago"])

    def load_people(self) -> None:
        honours = {
            row["key"]: Honour.objects.create(
                name=row["name"],
                level=row["level"],
                authority=row["authority"],
                blurb=row["blurb"],
            )
            for row in rows("honours", "honour")
        }
        for row in rows("people", "person"):
            consents = row.get("consent", True)
            person = Person.objects.create(
                name=row["name"],
                pinyin=row["pinyin"],
                trade=row["trade"],
                employer=row["employer"],
                union=self.unions.get(row.get("union", "")),
                portrait=(
                    self.picture(row["portrait"], row["portrait_alt"])
                    if row.get("portrait")
                    else None
                ),
                intro=row["intro"],
                bio="".join(paragraph(text) for text in row["bio"]),
                own_words=row.get("own_words", ""),
                sample=row["sample"],
                consent=consents,
                consent_withdrawn_on=None if consents else at(-20).date(),
                live=True,
                first_published_at=at(-30),
                last_published_at=at(-30),
            )
            person.save_revision(changed=False)
            self.people[row["key"]] = person
            for award in row.get("award", []):
                if "year" in award:
                    self.add_award(person, honours[award["honour"]], award)

    @staticmethod
    def add_award(person: Person, honour: Honour, row: dict) -> None:
        award = HonourAward.objects.create(
            person=person,
            honour=honour,
            year=row["year"],
            authority=row.get("authority", ""),
            citation=row.get("note", ""),
        )
        if row.get("revoked"):
            revoke_award(award=award, reason=row["revoked_reason"])

    def load_channels(self) -> None:
        for row in rows("channels", "channel"):
            channel = ChannelPage.objects.filter(slug=row["slug"]).first()
            if channel is None:
                channel = self.home.add_child(
                    instance=ChannelPage(title=row["title"], slug=row["slug"])
                )
            channel.line = row["purpose"]
            channel.save_revision().publish()
            self.channels[row["slug"]] = channel

    def add_story(self, row: dict) -> StoryPage:
        story = StoryPage(
            title=row["title"],
            headline_breaks=row["headline_breaks"],
            dek=row["dek"],
            union=self.unions[row["union"]],
            lead_image=self.picture(row["picture"], row["picture_alt"]),
            lead_caption=row["caption"],
            lead_credit=row["credit"],
            byline=row["byline"],
            sample=row["sample"],
            body=[self.block(block) for block in row["body"]] + sources(row),
        )
        story.people = [
            StoryPerson(person=self.people[key], sort_order=place)
            for place, key in enumerate(row.get("people", []))
        ]
        return self.publish(self.channels[row["channel"]], story, row["days_ago"])

    def block(self, row: dict) -> tuple[str, object]:
        """One block of a story's body as the StreamField takes it."""
        match row["type"]:
            case "heading":
                return "heading", row["text"]
            case "paragraph":
                return "paragraph", f"<p>{row['text']}</p>"
            case "quote":
                return "quote", {"text": row["text"], "attribution": row["attribution"]}
            case "person":
                return "person", {"person": self.people[row["person"]]}
            case "image":
                return "picture", self.framed(row)
            case "gallery":
                return "gallery", {"pictures": [self.framed(p) for p in row["pictures"]]}
            case "figures":
                return "figures", {
                    "figures": row["items"],
                    "source": f"{row['source']}（{row['title']}）",
                }
        raise ValueError(f"unknown block {row['type']!r}")

    def framed(self, row: dict) -> dict:
        return {
            "image": self.picture(row["picture"], row["alt"]),
            "alt": row["alt"],
            "caption": row.get("caption", ""),
            "credit": row.get("credit", ""),
        }

    def add_notice(self, index: NoticeIndexPage, row: dict) -> None:
        notice = NoticePage(
            title=row["title"],
            union=self.unions[row["union"]],
            number=row["number"],
            deadline=at(row["deadline_days"], "17:00") if "deadline_days" in row else None,
            facts=[("fact", {"label": f["label"], "text": f["value"]}) for f in row["facts"]],
            body=[("paragraph", paragraph(text)) for text in row["body"]],
            sample=row["sample"],
        )
        self.publish(index, notice, row["days_ago"])

    def add_video(self, index: VideoIndexPage, row: dict) -> None:
        model, own = (LessonPage, {"goal": row["goal"]}) if "goal" in row else (VideoPage, {})
        video = model(
            **own,
            title=row["title"],
            dek=row["dek"],
            union=self.unions[row["union"]],
            lead_image=self.picture(row["poster"], row["title"]),
            lead_caption="版画示意",
            seconds=row["duration_seconds"],
            chapters=[],
            body=[
                ("paragraph", paragraph(f"{clock(line['at_seconds'])}　{line['text']}"))
                for line in row["transcript"]
            ],
            sample=row["sample"],
        )
        if isinstance(video, LessonPage):
            video.questions = [
                LessonQuestion(question=self.questions[key], sort_order=place)
                for place, key in enumerate(row["questions"])
            ]
        self.publish(index, video, row["days_ago"])

    def add_topic(self, row: dict) -> None:
        """`row["sections"]` names its articles by their titles."""
        topic = TopicPage(
            title=row["title"],
            line=row["line"],
            union=self.unions[row["union"]],
            lead_image=self.picture(row["picture"], row["title"]),
            body=[("paragraph", paragraph(text)) for text in row["body"]],
            sections=[
                (
                    "section",
                    {
                        "title": section["title"],
                        "pages": [Page.objects.get(title=title) for title in section["pages"]],
                    },
                )
                for section in row["sections"]
            ],
        )
        self.publish(Page.objects.get(pk=self.home.pk), topic, row["days_ago"])

    def publish(self, parent: Page, page: Page, days_ago: int) -> Page:
        """Add `page` below `parent`, published `days_ago` and with a revision to go on from.

        Pages of one day lie a minute apart, never in the future. Written live at once: to publish
        each revision would save every page three times.
        """
        moment = at(-days_ago, "07:30") + timedelta(minutes=next(self._minutes))
        page.first_published_at = page.last_published_at = min(moment, timezone.now())
        parent.add_child(instance=page)
        page.save_revision(clean=False, changed=False)
        return page

    def dress_home(self, stories: list[StoryPage]) -> None:
        home = HomePage.objects.get(pk=self.home.pk)
        home.lead_story = StoryPage.objects.get(pk=stories[-1].pk)
        shown = [p for p in self.people.values() if p.portrait and p.consent and p.sample][1:4]
        home.portraits = [HomePortrait(person=p, sort_order=n) for n, p in enumerate(shown)]
        home.figures = [
            (
                "figures",
                {
                    "figures": [
                        {"label": "劳模工匠宣讲", "value": "3.5", "unit": "万余场",
                         "period": "“十四五”时期"},
                        {"label": "工会驿站", "value": "7,400", "unit": "余家",
                         "period": "截至 2025 年"},
                        {"label": "全国工会职工书屋示范点", "value": "183", "unit": "个",
                         "period": "五年累计创建"},
                    ][:LEAD_FIGURES],
                    "source": "来源：山东省总工会年度综述的公开报道",
                },
            )
        ]  # fmt: skip
        home.save_revision().publish()
        legal = SiteLegal.objects.first() or SiteLegal()
        legal.icp_number = "示ICP备00000000号-1"
        legal.note = "标“示例”的人物、单位与数据均为虚构"
        legal.save()


def paragraph(text: str) -> str:
    return f"<p>{escape(text, quote=False)}</p>"


def sources(row: dict) -> list[tuple[str, object]]:
    """The closing line of a story made from published facts."""
    if not row.get("sources"):
        return []
    return [("paragraph", paragraph("资料来源：" + "；".join(row["sources"])))]


def clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"
