"""What the public is told of a corrected key."""

from django.utils.translation import gettext as _

from quiz.models import Regrade


def drafted(regrade: Regrade, *, shows_key: bool) -> str:
    """A notice of `regrade` to begin with, without a word of question or key.

    Reason and rule may give the key away: they stay out until it may be shown, as on the pages of
    those whose results changed. It stands on the page of each competition concerned: how many
    results changed it says only where there is one.
    """
    if regrade.concerns_one:
        changed = _("涉及的答卷已全部重新计分，%(count)d 份得分有变，名次随之重排；")
    else:
        changed = _("涉及的答卷已全部重新计分，名次随之重排；")
    if shows_key:
        words = _(
            "有一道题的答案更正，原因：%(reason)s。处理办法：%(rule)s。"
            "%(changed)s本人可在自己的答卷里看到。"
        )
    else:
        words = _(
            "有一道题的答案更正。%(changed)s"
            "本人可在自己的答卷里看到。更正的原因和答案、解析一起公布。"
        )
    return words % {
        "reason": regrade.reason.rstrip("。"),
        "rule": regrade.get_rule_display(),
        "changed": changed % {"count": regrade.changed},
    }
