"""Admin screens: what editors give search (synonyms, pinned results, dictionary words), what was
searched, and what could not be indexed."""

from datetime import timedelta
from urllib.parse import urlencode

import django_filters
from django.db.models import Sum
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import CreateView, IndexView
from wagtail.admin.views.reports import ReportView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from search import views
from search.models import (
    MOST_PINNED,
    DictionaryEdition,
    DictionaryWord,
    PendingSync,
    Pin,
    PinWording,
    QueryLog,
    Synonym,
)

PERIODS = [("7", _("最近 7 天")), ("30", _("最近 30 天")), ("365", _("最近一年"))]


class SynonymCreateView(CreateView):
    """The form; `?term=` fills in the word that readers searched without results."""

    def get_initial(self):
        return {**super().get_initial(), "term": self.request.GET.get("term", "")[:40]}


class SynonymViewSet(ModelViewSet):
    model = Synonym
    name = "synonyms"
    icon = "tag"
    menu_label = _("同义词")
    add_to_settings_menu = True
    add_view_class = SynonymCreateView
    form_fields = ["term", "equivalent"]
    list_display = ["term", "equivalent"]
    search_fields = ["term", "equivalent"]
    search_backend_name = None


class PinForm(WagtailAdminModelForm):
    """A pin without the same wording or the same result twice."""

    def clean(self):
        self._refuse_twice("wordings", lambda row: row.key, _("这个搜索词写了两遍。"))
        self._refuse_twice("results", lambda row: (row.kind, row.key), _("这条内容写了两遍。"))
        return super().clean()

    def _refuse_twice(self, relation, value_of, message):
        seen = set()
        for form in self.formsets[relation].forms:
            if not form.is_valid() or form.cleaned_data.get("DELETE") or not form.has_changed():
                continue
            value = value_of(form.instance)
            if value in seen:
                self.add_error(None, message)
            seen.add(value)


class PinCreateView(CreateView):
    """The form; `?q=` fills in the words that readers searched."""

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        words = self.request.GET.get("q", "").strip()[:100]
        if words and self.request.method == "GET":
            kwargs["instance"] = Pin(wordings=[PinWording(text=words)])
        return kwargs


class PinIndexView(IndexView):
    def get_base_queryset(self):
        return Pin.objects.prefetch_related("wordings", "results")


class PinViewSet(ModelViewSet):
    model = Pin
    name = "pins"
    icon = "pick"
    menu_label = _("置顶结果")
    add_to_settings_menu = True
    add_view_class = PinCreateView
    index_view_class = PinIndexView
    list_display = [
        "__str__",
        Column(
            "results",
            label=_("置顶的内容"),
            accessor=lambda pin: "　".join(row.address for row in pin.results.all()),
        ),
    ]
    search_backend_name = None
    edit_handler = ObjectList(
        [
            HelpPanel(
                content=_(
                    "读者搜下面任何一个词，这些内容都排在最前，并注明“置顶”。"
                    "还没公开或已经撤下的不会出现。改动立刻生效。"
                )
            ),
            InlinePanel("wordings", heading=_("搜索词"), label=_("搜索词"), min_num=1),
            InlinePanel(
                "results",
                heading=_("置顶的内容"),
                label=_("内容"),
                min_num=1,
                max_num=MOST_PINNED,
            ),
        ],
        base_form_class=PinForm,
    )


class DictionaryIndexView(IndexView):
    """The words, each with whether the index that answers knows it."""

    @cached_property
    def known(self):
        edition = DictionaryEdition.objects.in_use()
        return set(edition.words if edition else ())

    @cached_property
    def columns(self):
        state = Column(
            "state",
            label=_("状态"),
            accessor=lambda word: _("已生效") if word.text in self.known else _("正在重建索引"),
        )
        return [*super().columns, state]


class DictionaryWordViewSet(ModelViewSet):
    model = DictionaryWord
    name = "dictionary"
    icon = "list-ul"
    menu_label = _("专有词")
    add_to_settings_menu = True
    index_view_class = DictionaryIndexView
    list_display = ["text"]
    search_fields = ["text"]
    search_backend_name = None
    edit_handler = ObjectList(
        [
            HelpPanel(
                content=_(
                    "搜索切词时把这些词当作一个整体。保存后马上在后台重建索引，"
                    "内容多时要几分钟；这期间搜索照旧，建好才换用。"
                )
            ),
            FieldPanel("text"),
        ]
    )


class QueryLogFilterSet(WagtailFilterSet):
    days = django_filters.ChoiceFilter(
        label=_("时间"), choices=PERIODS, method="since", empty_label=_("全部")
    )
    empty = django_filters.BooleanFilter(label=_("只看无结果"), method="without_results")

    class Meta:
        model = QueryLog
        fields = []

    def since(self, queryset, name, value):
        first = timezone.localdate() - timedelta(days=int(value) - 1)
        return queryset.filter(day__gte=first)

    def without_results(self, queryset, name, value):
        return queryset.filter(zero_count__gt=0) if value else queryset


class QueryReportView(ReportView):
    """What readers searched, most without results first, with a link to add a synonym."""

    model = QueryLog
    permission_policy = ModelPermissionPolicy(Synonym)
    any_permission_required = ["add", "change", "view"]
    page_title = _("搜索词")
    header_icon = "search"
    index_url_name = "search_queries"
    index_results_url_name = "search_queries_results"
    filterset_class = QueryLogFilterSet
    list_export = ["query", "times", "empty"]
    export_headings = {"query": _("搜索词"), "times": _("次数"), "empty": _("无结果次数")}
    columns = [
        TitleColumn(
            "query",
            label=_("搜索词"),
            get_url=lambda row: f"{reverse('search')}?{urlencode({'q': row['query']})}",
        ),
        Column("times", label=_("次数")),
        Column("empty", label=_("无结果次数")),
        TitleColumn(
            "synonym",
            label=_("同义词"),
            accessor=lambda row: _("添加同义词") if row["empty"] else "—",
            get_url=lambda row: (
                f"{reverse('synonyms:add')}?{urlencode({'term': row['query']})}"
                if row["empty"]
                else None
            ),
        ),
        TitleColumn(
            "pin",
            label=_("置顶"),
            accessor=lambda row: _("置顶"),
            get_url=lambda row: f"{reverse('pins:add')}?{urlencode({'q': row['query']})}",
        ),
    ]

    def get_filtered_queryset(self):
        rows = self.filter_queryset(QueryLog.objects.order_by())
        return (
            rows.values("query")
            .annotate(times=Sum("count"), empty=Sum("zero_count"))
            .order_by("-empty", "-times", "query")
        )

    def get_queryset(self):
        return QueryLog.objects.all()


class FailedSyncView(ReportView):
    """Rows that could not be indexed, with the error and a button to try all again."""

    model = PendingSync
    permission_policy = ModelPermissionPolicy(Synonym)
    any_permission_required = ["add", "change", "view"]
    page_title = _("索引失败")
    header_icon = "warning"
    index_url_name = "search_failures"
    index_results_url_name = "search_failures_results"
    template_name = "search/admin/failures.html"
    columns = [
        Column("__str__", label=_("内容")),
        Column("attempts", label=_("已试次数")),
        Column("error", label=_("错误")),
        Column("retry_at", label=_("下次处理")),
    ]
    list_export = ["kind", "key", "attempts", "error", "retry_at"]

    def get_queryset(self):
        return PendingSync.objects.failing()


admin_urls = [
    path("search/queries/", QueryReportView.as_view(), name="search_queries"),
    path(
        "search/queries/results/",
        QueryReportView.as_view(results_only=True),
        name="search_queries_results",
    ),
    path("search/failures/", FailedSyncView.as_view(), name="search_failures"),
    path(
        "search/failures/results/",
        FailedSyncView.as_view(results_only=True),
        name="search_failures_results",
    ),
    path("search/failures/retry/", views.retry, name="search_failures_retry"),
]
