"""A competition with all its configuration, as its screens read it: by statements that are kept.

Every start of a competition reads this, thousands a second after the opening.
"""

from quiz.models.admission import Admission
from quiz.models.competition import Competition, PaperRule
from quiz.models.round import Round
from unions.prepared import Given, PreparedObjects, keep_related

_KEY = Given(0, Competition._meta.pk)
_published = PreparedObjects(
    lambda: (
        Competition.objects.published()
        .filter(slug=Given(0, Competition._meta.get_field("slug")))
        .select_related("bank", "union")
    )
)
_rules = PreparedObjects(lambda: PaperRule.objects.filter(competition=_KEY))
_rounds = PreparedObjects(lambda: Round.objects.filter(competition=_KEY))
_rules_of_rounds = PreparedObjects(lambda: PaperRule.objects.filter(round__competition=_KEY))
_admissions = PreparedObjects(
    lambda: Admission.objects.filter(competition=_KEY).select_related("union")
)


def published(slug: str) -> Competition | None:
    """The published competition of that address, as `for_screens` reads it."""
    found = _published.one(slug)
    if found is None:
        return None
    rounds = _rounds(found.pk)
    keep_related(found, "rules", _rules(found.pk))
    keep_related(found, "rounds", rounds)
    keep_related(found, "admissions", _admissions(found.pk))
    rules = _rules_of_rounds(found.pk) if rounds else []
    for one in rounds:
        keep_related(one, "rules", [rule for rule in rules if rule.round_id == one.pk])
    return found
