"""What the gallery of components shows: invented people, one value for each state."""

import datetime as dt
from types import SimpleNamespace

from django import forms
from django.core.paginator import Paginator
from django.forms.utils import flatatt
from django.utils.html import format_html

WHEN = dt.date(2026, 4, 22)
# Two drawings by rule, small enough to stand in the page.
SKY = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 480 270'%3E"
    "%3Crect width='480' height='270' fill='%23F2ECE2'/%3E%3Ccircle cx='350' cy='90' r='46' "
    "fill='%23C79A3B'/%3E%3Cpath d='M0 210h480v60H0z' fill='%231F1B18'/%3E%3Cpath d='M90 210V60h14v"
    "150zM40 78h210v10H40z' fill='%231F1B18'/%3E%3Cpath d='M230 88v54h-18v20h40v-20h-16V88z' "
    "fill='%23A61B1B'/%3E%3C/svg%3E"
)
FACE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 320 400'%3E"
    "%3Crect width='320' height='400' fill='%23F2ECE2'/%3E%3Cpath d='M80 150a80 80 0 0 1 160 0z'"
    " fill='%23A61B1B'/%3E%3Cpath d='M60 150h200v16H60z' fill='%231F1B18'/%3E%3Cpath d='M100 166h"
    "120v60a60 60 0 0 1-120 0z' fill='%23fff' stroke='%231F1B18' stroke-width='6'/%3E%3Cpath d='M"
    "40 400a120 110 0 0 1 240 0z' fill='%231F1B18'/%3E%3C/svg%3E"
)
COVER = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 200 300'%3E"
    "%3Crect width='200' height='300' fill='%231D4F91'/%3E%3Cpath d='M30 60h140v10H30zM30 82h90v6H"
    "30zM96 140h8v110h-8zM60 140h80v8H60zM60 242h80v8H60z' fill='%23FAF8F5'/%3E%3C/svg%3E"
)


class SamplePicture:
    """A drawing in place of a picture of the library; the same in every size."""

    def __init__(self, url: str, width: int, height: int, description: str = "") -> None:
        self.url, self.width, self.height, self.description = url, width, height, description

    def get_rendition(self, spec: object) -> "SamplePicture":
        """The drawing itself, whatever the size."""
        return self

    def get_renditions(self, *specs: str) -> dict[str, "SamplePicture"]:
        """The drawing itself for each size."""
        return dict.fromkeys(specs, self)

    def img_tag(self, attributes: dict[str, str]) -> str:
        """The drawing as an element, as `{% image %}` asks for it."""
        size = {"src": self.url, "width": self.width, "height": self.height}
        return format_html("<img{}>", flatatt(size | attributes))


class SampleForm(forms.Form):
    """One field of each shape, two of them wrong."""

    name = forms.CharField(label="姓名")
    phone = forms.RegexField(
        r"^\d{11}$", label="手机号", error_messages={"invalid": "少了一位，应为 11 位数字"}
    )
    unit = forms.ChoiceField(
        label="单位",
        help_text="选到班组所在的基层工会",
        choices=[("1", "新就业形态联合工会"), ("2", "云港港口集团工会")],
    )
    reason = forms.CharField(
        label="异议说明", widget=forms.Textarea(attrs={"rows": 4}), help_text="最多 500 字"
    )
    shown = forms.ChoiceField(
        label="榜上怎样显示",
        widget=forms.RadioSelect,
        choices=[("masked", "打码：周＊"), ("nickname", "昵称"), ("hidden", "不显示")],
    )
    agree = forms.BooleanField(
        label="我已读过规则", error_messages={"required": "要先读过规则才能报名"}
    )


def _form() -> SampleForm:
    return SampleForm(
        {"name": "周默", "phone": "1380000123", "unit": "1", "reason": "第二题的依据条款已修订。"}
        | {"shown": "masked"}
    )


def context() -> dict[str, object]:
    """Return the gallery's context."""
    return {
        "when": WHEN,
        "moment": dt.datetime(WHEN.year, WHEN.month, WHEN.day, 9, 5),
        "wide": SamplePicture(SKY, 480, 270, "版画：码头上的桥吊"),
        "face": SamplePicture(FACE, 320, 400, "版画：戴安全帽的工人"),
        "film": SimpleNamespace(
            url="/media/media/sample.mp4",
            file_extension="mp4",
            file=SimpleNamespace(size=9_400_000),
            captions=SimpleNamespace(url="/media/media/sample.vtt"),
        ),
        "books": [
            _book("钢结构图说", "blue", "T", held=3, on_shelf=2),
            _book("泺阳道岔志", "red", "K", held=1),
            _book("职工权益问答", "ink", "D", is_sample=True),
            _book("工友诗抄", "gold", "I", held=1, on_shelf=1),
            _book("焊缝里的光", held=2, on_shelf=2, cover=SamplePicture(COVER, 200, 300)),
        ],
        "form": _form(),
        "fresh": SampleForm(prefix="fresh"),
        "page_one": Paginator(range(140), 10).page(1),
        "page_seven": Paginator(range(140), 10).page(7),
        "toc": _links(
            "色与字 tokens|按钮 actions|表单 forms|列表与卡片 lists|导航 navigation|状态 states|"
            "图文音像 media|数据 data|页眉页脚与图标 frame"
        ),
        "inks": [
            ("paper", "纸", "#FAF8F5"),
            ("sheet-white", "白", "#FFFFFF"),
            ("sand", "麻", "#F2ECE2"),
            ("ink", "墨", "16.1 : 1"),
            ("muted-grey", "灰", "6.9 : 1"),
            ("red", "红", "7.1 : 1"),
            ("link", "蓝", "7.7 : 1"),
            ("success", "绿", "6.2 : 1"),
            ("gold-ink", "金字", "5.2 : 1"),
            ("gold", "金线", "只作装饰"),
            ("border", "框", "3.5 : 1"),
            ("focus", "焦点", "配墨圈"),
        ],
        "tag_samples": [
            ("live", "进行中"),
            ("due", "公示中"),
            ("ok", "已完成"),
            ("gold", "省劳动模范"),
            ("link", "可预约"),
            ("", "已截止"),
            ("sample", "示例"),
        ],
        "icons": [
            "home",
            "learn",
            "contest",
            "read",
            "me",
            "search",
            "clock",
            "pin",
            "down",
            "print",
            "share",
            "play",
            "check",
            "alert",
            "info",
            "close",
            "back",
            "next",
            "sound",
            "offline",
            "qr",
            "list",
            "lock",
            "calendar",
            "aa",
        ],
        "chips": [
            {"title": "全部", "url": "#lists", "current": True},
            {"title": "人物", "url": "#lists"},
            {"title": "微课", "url": "#lists"},
        ],
        "facets": [
            {
                "title": "单位",
                "choices": [
                    {"title": "全部", "url": "#navigation", "current": True, "count": 128},
                    {"title": "青岚市", "url": "#navigation", "count": 41},
                ],
            },
            {
                "title": "排序",
                "choices": [
                    {"title": "最相关", "url": "#navigation", "current": True},
                    {"title": "最新", "url": "#navigation"},
                ],
            },
        ],
        "crumbs": [("首页", "#top"), ("竞赛", "#navigation"), ("劳动法律知识竞赛", "#navigation")],
        "tabs": [
            {"title": "个人", "url": "#navigation", "current": True},
            {"title": "单位", "url": "#navigation", "count": 212},
            {"title": "城市", "url": "#navigation", "count": 16},
        ],
        "many_tabs": [
            {"title": title, "url": "#navigation", "current": title == "全部", "count": count}
            for title, count in (
                ("全部", 128),
                ("报道", 86),
                ("人物", 19),
                ("视频", 12),
                ("图书", 7),
                ("公告", 4),
            )
        ],
        "unit": SimpleNamespace(pk=1, name="云港市总工会"),
        "switch": [
            SimpleNamespace(pk=1, name="云港市总工会"),
            SimpleNamespace(pk=2, name="云港港口集团工会"),
        ],
        "desk_tabs": [
            {"title": "概览", "url": "#frame", "current": True},
            {"title": "人员", "url": "#frame"},
        ],
        "rows": [
            {"title": "证书", "url": "#lists", "value": "4 张"},
            {"title": "借阅", "url": "#lists", "value": "在借 1 本"},
            {"title": "退出登录", "url": "#lists"},
        ],
        "todo": [
            {
                "title": "领奖：参与奖",
                "url": "#lists",
                "note": "到港口集团书屋领",
                "tag": "4月30日止",
                "kind": "due",
            },
            {"title": "还书：《车工手记》", "url": "#lists", "note": "已逾期 1 天，不罚款，请尽快"},
        ],
        "numbers": [
            {
                "value": "3.5",
                "unit": "万余场",
                "label": "劳模工匠宣讲",
                "period": "“十四五”时期",
            },
            {"value": "7,400", "unit": "余家", "label": "工会驿站", "period": "截至 2025 年"},
            {"value": "183", "unit": "个", "label": "职工书屋示范点", "period": "五年累计"},
        ],
        "files": [
            {
                "type": "PDF",
                "name": "全民阅读活动周安排表",
                "size": 292_864,
                "url": "#media",
            },
            {
                "type": "XLSX",
                "name": "共读活动回填表（样表）",
                "size": 41_984,
                "url": "#media",
            },
        ],
        "lines": ["东湾区环卫所环卫工", "市五一劳动奖章（2024 年）"],
    }


def _book(
    title: str,
    tone: str = "",
    letter: str = "",
    *,
    on_shelf: int = 0,
    held: int = 0,
    **more: object,
) -> SimpleNamespace:
    """A title as the shelves show it."""
    known: dict[str, object] = {"cover": None, "is_sample": False} | more
    return SimpleNamespace(
        title=title,
        tone=tone,
        base_class=letter,
        on_shelf=on_shelf,
        held=held,
        get_absolute_url="#lists",
        **known,
    )


def _links(pairs: str) -> list[dict[str, str]]:
    split = (pair.rsplit(" ", 1) for pair in pairs.split("|"))
    return [{"title": title, "url": f"#{anchor}"} for title, anchor in split]
