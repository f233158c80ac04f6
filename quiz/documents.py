"""What of competitions can be found: themselves and their rules, never a question."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quiz.models import Admission, Competition, PaperRule, Prize, Round
from quiz.rules import full_rules, moment, opening
from search.documents import Content, IndexDocument, Suggestion, register
from unions.models import Union


@register
class CompetitionDocument(IndexDocument):
    kind = "competition"
    label = _("竞赛")
    model = Competition

    @classmethod
    def get_queryset(cls):
        published = Competition.objects.published().select_related("union")
        return published.prefetch_related("prizes", "rules", "rounds__rules", "admissions__union")

    @classmethod
    def prepare(cls, row: Competition) -> Content:
        prizes = [f"{prize.name} {prize.ground}" for prize in row.prizes.all()]
        rules = [line for _heading, lines in full_rules(row) for line in lines]
        dates = f"{opening(row.opens_at)}—{moment(row.closes_at)}"
        return Content(
            title=row.title,
            url=row.get_absolute_url(),
            body="\n".join([row.intro, *prizes, *rules]),
            note=dates,
            date=row.opens_at,
            union_path=row.union.path if row.union else "",
            year=timezone.localtime(row.opens_at).year,
            terms=(Suggestion(row.title, weight=5),),
        )

    @classmethod
    def related(cls):
        return [
            (
                Union,
                lambda union: list(
                    Competition.objects.filter(union=union).values_list("pk", flat=True)
                ),
            ),
            *((part, lambda row: [row.competition_id]) for part in (Admission, Prize, Round)),
            (PaperRule, _competition_of),
        ]


def _competition_of(rule: PaperRule) -> list[int]:
    """Whose rule it is; nobody's once its round is gone, which has told of itself."""
    if rule.competition_id:
        return [rule.competition_id]
    return list(Round.objects.filter(pk=rule.round_id).values_list("competition_id", flat=True))
