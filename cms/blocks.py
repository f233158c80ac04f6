"""The blocks that a text is built from."""

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock
from wagtailmedia.blocks import VideoChooserBlock

from cms.embeds import provider_of, validate_provider

PARAGRAPH_FEATURES = ["bold", "link", "document-link", "ol", "ul"]


class HeadingBlock(blocks.CharBlock):
    class Meta:
        template = "cms/blocks/heading.html"
        icon = "title"
        label = _("小标题")


class ParagraphBlock(blocks.RichTextBlock):
    class Meta:
        template = "cms/blocks/paragraph.html"
        icon = "pilcrow"
        label = _("正文")


class PictureBlock(blocks.StructBlock):
    """One picture. Without an own `alt` the picture's description speaks."""

    image = ImageChooserBlock(label=_("图片"))
    caption = blocks.CharBlock(label=_("图片说明"), required=False, max_length=200)
    alt = blocks.CharBlock(
        label=_("替代文字"),
        required=False,
        max_length=200,
        help_text=_("给看不见图的人。留空则用图片库里的说明。"),
    )
    credit = blocks.CharBlock(
        label=_("来源"), required=False, max_length=100, help_text=_("如：版画示意，工声美编 绘")
    )

    class Meta:
        template = "cms/blocks/picture.html"
        icon = "image"
        label = _("图片")


class GalleryBlock(blocks.StructBlock):
    pictures = blocks.ListBlock(PictureBlock(), label=_("图片"), min_num=2, max_num=12)
    caption = blocks.CharBlock(label=_("总说明"), required=False, max_length=200)
    credit = blocks.CharBlock(label=_("来源"), required=False, max_length=100)

    class Meta:
        template = "cms/blocks/gallery.html"
        icon = "image"
        label = _("组图")


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("引文"), max_length=300)
    attribution = blocks.CharBlock(label=_("出处"), required=False, max_length=100)

    class Meta:
        template = "cms/blocks/quote.html"
        icon = "openquote"
        label = _("引文")


class PersonBlock(blocks.StructBlock):
    """The card of a person; shown only while that person's profile is public."""

    person = SnippetChooserBlock("cms.Person", label=_("人物"))

    class Meta:
        template = "cms/blocks/person.html"
        icon = "user"
        label = _("人物卡")


class VideoBlock(blocks.StructBlock):
    poster = ImageChooserBlock(label=_("封面"))
    media = VideoChooserBlock(label=_("视频"), required=False)
    caption = blocks.CharBlock(label=_("说明"), required=False, max_length=200)

    class Meta:
        template = "cms/blocks/video.html"
        icon = "media"
        label = _("视频")


class FigureBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("指标"), max_length=40)
    value = blocks.CharBlock(label=_("数值"), max_length=20)
    unit = blocks.CharBlock(label=_("单位"), max_length=20)
    period = blocks.CharBlock(label=_("时段"), max_length=40)


class FiguresBlock(blocks.StructBlock):
    """Numbers, each with its unit and period, and where they come from."""

    figures = blocks.ListBlock(FigureBlock(), label=_("数字"), min_num=1, max_num=12)
    source = blocks.CharBlock(label=_("来源与口径"), max_length=200)

    class Meta:
        template = "cms/blocks/figures.html"
        icon = "table"
        label = _("数说")


class AttachmentValue(blocks.StructValue):
    """An attachment as `components/attachment.html` shows it."""

    @property
    def url(self) -> str:
        return self["document"].url

    @property
    def type(self) -> str:
        return self["document"].file_extension.upper()

    @property
    def name(self) -> str:
        return self["title"] or self["document"].title

    @property
    def size(self) -> int:
        """Bytes; 0 where the file is lost."""
        return self["document"].file_size or 0


class AttachmentBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("文件"))
    title = blocks.CharBlock(
        label=_("显示的名称"), required=False, max_length=100, help_text=_("留空则用文件的名称。")
    )

    class Meta:
        template = "cms/blocks/attachment.html"
        icon = "doc-full-inverse"
        label = _("附件")
        value_class = AttachmentValue


class OutsideValue(blocks.StructValue):
    @cached_property
    def provider(self) -> str:
        """The provider's name; "" if the address is no longer allowed."""
        return provider_of(self.get("url") or "")


class OutsideBlock(blocks.StructBlock):
    """A film or page on an allowed site, as a link: no request leaves the reader's browser."""

    url = blocks.URLBlock(label=_("地址"), validators=[validate_provider])
    title = blocks.CharBlock(label=_("标题"), max_length=100)
    poster = ImageChooserBlock(label=_("封面"), required=False)

    class Meta:
        template = "cms/blocks/outside.html"
        icon = "link-external"
        label = _("站外视频")
        value_class = OutsideValue


class FactBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("项目"), max_length=20, help_text=_("如：谁来做、何时前"))
    text = blocks.CharBlock(label=_("内容"), max_length=200)

    class Meta:
        template = "cms/blocks/fact.html"
        icon = "list-ul"
        label = _("要点")


class ChapterBlock(blocks.StructBlock):
    start = blocks.RegexBlock(
        regex=r"^\d{1,3}:[0-5]\d$",
        label=_("开始"),
        help_text=_("分:秒，如 3:20"),
        error_messages={"invalid": _("请写成 分:秒，如 3:20。")},
    )
    title = blocks.CharBlock(label=_("章节"), max_length=60)

    class Meta:
        icon = "list-ol"
        label = _("章节")


def story_blocks():
    """The blocks of a story, a video's transcript and any other long text."""
    return [
        ("heading", HeadingBlock()),
        ("paragraph", ParagraphBlock(features=PARAGRAPH_FEATURES)),
        ("picture", PictureBlock()),
        ("gallery", GalleryBlock()),
        ("quote", QuoteBlock()),
        ("person", PersonBlock()),
        ("video", VideoBlock()),
        ("figures", FiguresBlock()),
        ("attachment", AttachmentBlock()),
        ("outside", OutsideBlock()),
    ]


def plain_blocks():
    """The blocks of a notice or a page of information."""
    wanted = {"heading", "paragraph", "picture", "figures", "attachment"}
    return [(name, block) for name, block in story_blocks() if name in wanted]


class SectionBlock(blocks.StructBlock):
    """A section of a topic: articles under a heading, in the editor's order."""

    title = blocks.CharBlock(label=_("板块标题"), max_length=30)
    pages = blocks.ListBlock(
        blocks.PageChooserBlock(
            page_type=["cms.StoryPage", "cms.VideoPage", "cms.LessonPage"], label=_("报道或视频")
        ),
        label=_("内容"),
        min_num=1,
        max_num=30,
    )

    class Meta:
        icon = "list-ul"
        label = _("板块")
