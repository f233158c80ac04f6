"""The published rules, rendered from the configuration that runs."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from quiz.display import duration
from quiz.models import Competition, PaperRule, Round
from quiz.models.round import source_of
from quiz.rollup import FEWEST_SHOWN
from quiz.wording import who_may


def in_words(number: int) -> str:
    """Small whole numbers as one writes them in a sentence: 3 → 三, 2 (of things) → 两."""
    if number == 2:
        return _("两")
    return _("零一二三四五六七八九十")[number] if 0 < number <= 10 else str(number)


def moment(value) -> str:
    """An aware time at which something ends or happens, as 5月8日 24:00: midnight ends the day.

    For what begins: `opening`.
    """
    local = timezone.localtime(value)
    if local.hour == 0 and local.minute == 0:
        return _("%(day)s 24:00") % {"day": date_format(last_day(value), _("n月j日"))}
    return date_format(local, _("n月j日 H:i"))


def last_day(value) -> date:
    """The local day to which an aware time belongs at which something ends."""
    return timezone.localdate(value - timedelta(minutes=1))


def dated(value) -> str:
    """`moment` with the year of its day, as 2026年12月31日 24:00."""
    return _("%(year)d年%(moment)s") % {"year": last_day(value).year, "moment": moment(value)}


def opening(value) -> str:
    """An aware time at which something begins, as 5月9日 00:00: midnight begins the day."""
    return date_format(timezone.localtime(value), _("n月j日 H:i"))


def short_rules(competition: Competition) -> list[str]:
    """The rules in at most seven sentences."""
    lines = [
        {
            Competition.Counting.BEST: _("每天可答%(tries)s次，整场取最好的一次记分。"),
            Competition.Counting.SUM_OF_DAYS: _(
                "每天可答%(tries)s次，每天取最好的一次，各天相加为总分。"
            ),
            Competition.Counting.SUM_OF_ROUNDS: _(
                "每关每天可答%(tries)s次，每关取最好的一次，各关相加为总分。"
            ),
        }[Competition.Counting(competition.counting)]
        % {"tries": in_words(competition.daily_tries)},
        _("每次 %(count)s 题、限时 %(limit)s，题从题库随机抽，选项次序也不同。")
        % {"count": question_counts(competition), "limit": duration(competition.seconds)},
        _("得分高者在前；同分看用时，按整秒计，用时相同即并列。"),
        _("单位榜按参与率排，不按人数；少于 %(count)d 人参与的单位并入上级。")
        % {"count": FEWEST_SHOWN},
    ]
    lines += _rounds_in_short(competition)
    closes = moment(competition.closes_at)
    if competition.freeze_at:
        lines.append(
            _("%(freeze)s封榜停更，答题继续；%(close)s截止，之后公布最终名次。")
            % {"freeze": moment(competition.freeze_at), "close": closes}
        )
    else:
        lines.append(_("%(close)s截止，到时未交的答卷按已保存的答案计分。") % {"close": closes})
    lines.append(
        _("答案和解析在截止后公布，到自己的答卷里看；另有竞赛用同一题库的，待其截止后公布。")
    )
    return lines


def full_rules(competition: Competition) -> list[tuple[str, list[str]]]:
    """(heading, sentences) of the whole rules."""
    return [
        (_("谁可以参加"), _who(competition)),
        (_("什么时候"), _when(competition)),
        *([(_("场次"), rounds)] if (rounds := _rounds(competition)) else []),
        *([(_("团队赛"), _teams(found))] if (found := competition.team_round) else []),
        (_("怎样组卷"), _drawing(competition)),
        (_("怎样答题"), _answering(competition)),
        (_("怎样记分"), _scoring(competition)),
        (_("怎样排名"), _ranking(competition)),
        *([(_("证书"), certificate)] if (certificate := _certificate(competition)) else []),
        (
            _("公平"),
            [
                _("成绩可能被取消，人也可能被取消资格：都写明原因，在“我的”和自己的答卷里看得到。"),
                _("不同意可以申诉，每次取消申诉一次，由另一位工作人员复核。"),
            ],
        ),
        (
            _("答案和解析"),
            [
                _("竞赛截止后，在自己的答卷里可以看到每道题的答案、解析和出处。"),
                _("那时另有竞赛正在或即将使用同一题库的，待使用同一题库的竞赛截止后公布。"),
            ],
        ),
    ]


def _certificate(competition: Competition) -> list[str]:
    if competition.certificate_points is None:
        return []
    names = {"points": competition.certificate_points, "title": competition.certificate_title}
    return [_("记分达到 %(points)d 分，名次确定后发“%(title)s”。") % names]


def question_counts(competition: Competition) -> str:
    """How many questions a paper has: one number, or the least and the most of the rounds."""
    rounds = _ordered(competition)
    counts = {found.question_count for found in rounds} or {competition.question_count}
    if len(counts) == 1:
        return str(counts.pop())
    return _("%(least)d 至 %(most)d") % {"least": min(counts), "most": max(counts)}


def _ordered(competition: Competition) -> list[Round]:
    rounds = list(competition.rounds.all())
    for found in rounds:
        found.competition = competition
    return rounds


def _who(competition: Competition) -> list[str]:
    return [who_may(competition)]


def _rounds_in_short(competition: Competition) -> list[str]:
    rounds = _ordered(competition)
    if not rounds:
        return []
    line = _("一共%(count)s关。") % {"count": in_words(len(rounds))}
    if any(found.may_be_caught_up for found in rounds):
        line += _("漏答的关，竞赛截止前可以补答。")
    else:
        line += _("各关到时截止，不补答。")
    for found in rounds:
        if found.promotes:
            line += _("%(round)s取前 %(places)d 名晋级。") % {
                "round": found.label,
                "places": found.promotes,
            }
        if found.for_teams:
            line += _("%(round)s是团队赛，只限参赛队的队员。") % {"round": found.label}
    return [line]


def _rounds(competition: Competition) -> list[str]:
    rounds = _ordered(competition)
    lines = [_round(found, rounds) for found in rounds]
    if any(found.may_be_caught_up for found in rounds):
        lines.append(
            _("漏答的关，竞赛截止前可以补答，记分相同；有晋级的关和团队赛不补答。")
            if competition.team_round
            else _("漏答的关，竞赛截止前可以补答，记分相同；有晋级的关不补答。")
        )
    elif rounds:
        lines.append(_("各关到时截止，漏答的不补。"))
    if any(found.promotes for found in rounds):
        lines.append(_("晋级按本关最好的一次排，得分高者在前，同分看用时；末位并列的都晋级。"))
    return lines


def _round(found: Round, rounds: list[Round]) -> str:
    line = _("%(round)s：%(open)s至%(close)s，每份 %(count)d 题。") % {
        "round": found.label,
        "open": opening(found.opens_at),
        "close": moment(found.closes_at),
        "count": found.question_count,
    }
    source = source_of(found, rounds)
    if source:
        line += _("只限%(round)s晋级的人。") % {"round": source.label}
    if found.promotes:
        line += _("取前 %(places)d 名晋级。") % {"places": found.promotes}
    if found.for_teams:
        line += _("团队赛，只限参赛队的队员。")
    return line


def _teams(found: Round) -> list[str]:
    """How the team round is played, and what its results are for."""
    size = {"least": found.team_least, "most": found.team_most}
    counts = found.team_counts
    return [
        _("参赛队由主办方邀请，代表一个工会；队员是该工会或其下级的会员，一人只进一个队。"),
        (
            _("每队 %(most)d 人，名单在%(round)s开始时（%(open)s）截止，之后不换人。")
            if found.team_least == found.team_most
            else _(
                "每队 %(least)d 至 %(most)d 人，名单在%(round)s开始时（%(open)s）截止，之后不换人。"
            )
        )
        % {**size, "round": found.label, "open": opening(found.opens_at)},
        _("每名队员各自答题，和其他关一样限时、计分；每人取本关最好的一次，没有交卷的不得分。"),
        (
            _("团队得分：取队里成绩最好的%(count)s人相加。") % {"count": in_words(counts)}
            if counts
            else _("团队得分：全队相加。")
        ),
        _("得分高的队在前；同分看计入得分的队员用时之和，仍相同即并列。"),
        _("取消成绩的答卷不算；封榜、公示和最终名次与个人榜同时。"),
        _("团队得分只排团队榜。队员这一关的答卷照记分办法计入个人榜和单位榜，不因团队名次增减。"),
    ]


def _when(competition: Competition) -> list[str]:
    lines = [
        _("%(open)s开始，%(close)s截止。一天从北京时间零点算起。")
        % {"open": opening(competition.opens_at), "close": moment(competition.closes_at)},
        (
            _("每关每天可以答%(tries)s次，没用完的次数不留到第二天。")
            if competition.rounds.all()
            else _("每天可以答%(tries)s次，没用完的次数不留到第二天。")
        )
        % {"tries": in_words(competition.daily_tries)},
    ]
    if competition.freeze_at:
        lines.append(
            _("%(freeze)s起榜单停更，截止后一次公布。") % {"freeze": moment(competition.freeze_at)}
        )
    if competition.objection_days:
        lines.append(
            _("截止后公示 %(days)d 天，到%(until)s；对名次有异议，公示期内提出：%(contact)s。")
            % {
                "days": competition.objection_days,
                "until": moment(competition.objections_until),
                "contact": competition.objection_contact,
            }
        )
    return lines


def _drawing(competition: Competition) -> list[str]:
    return [
        *_drawn(competition),
        _("每份试卷由服务器随机抽题，选项次序打乱；同一个人连续两次不会抽到同一份。"),
        _("试卷抽定时记下它的指纹（SHA-256），交卷后本人看得到。"),
        _("答案公布时，本人可以在答卷里下载试卷文件，自己算一遍指纹：一致，就是抽定的那一份。"),
    ]


def _drawn(competition: Competition) -> list[str]:
    """The paper rules; those of a round that has its own say so."""
    rounds = _ordered(competition)
    own = [found for found in rounds if found.rules.all()]
    lines = []
    if len(own) < len(rounds) or not rounds:
        lines = [_drawn_by(rule) for rule in competition.rules.all()]
    for found in own:
        what = "；".join(_drawn_by(rule) for rule in found.rules.all())
        lines.append(_("%(round)s另定：%(what)s") % {"round": found.label, "what": what})
    return lines


def _drawn_by(rule: PaperRule) -> str:
    what = [
        rule.category or _("不限类别"),
        rule.get_difficulty_display() if rule.difficulty else _("不限难度"),
    ]
    return _("%(what)s：%(count)d 题") % {"what": "，".join(what), "count": rule.count}


def _answering(competition: Competition) -> list[str]:
    return [
        _("每次限时 %(limit)s，以服务器的时间为准；竞赛或本关截止时间先到的，以截止时间为准。")
        % {"limit": duration(competition.seconds)},
        _("选了就存。屏幕上写着“已保存”的答案，断网、关机都不会丢。"),
        _("确有需要的人，经批准可以延长时间。"),
        _("到时后还有 %(grace)d 秒接收在途的答案，之后自动交卷。") % {"grace": competition.grace},
    ]


def _scoring(competition: Competition) -> list[str]:
    return [
        _("答对得该题分值，答错、未答不得分也不扣分；多选题要全部选对。"),
        _("填空题不分大小写、全角半角和空格。"),
        _("记分办法：%(how)s。") % {"how": competition.get_counting_display()},
        _("用时按整秒计，从开始到交卷。"),
    ]


def _ranking(competition: Competition) -> list[str]:
    return [
        _("得分高者在前，同分者用时少的在前，得分和用时都相同的并列。"),
        _("单位榜按参与率排：至少交卷一次的会员 ÷ 可以参赛的在册会员，上级含全部下级。"),
        _("单位榜也可以按完成次数、人均得分看；另有行业榜和每天的个人榜。"),
        *(
            [_("每关另有个人榜，取每人这一关最好的一次；单位榜和行业榜按整场竞赛算，不分关。")]
            if competition.rounds.all()
            else []
        ),
        _("少于 %(count)d 人参与的单位不单列，计入上级。") % {"count": FEWEST_SHOWN},
        _("榜上只显示本人选的昵称或打码的姓名。"),
        _("不足 %(count)d 人参与的个人榜不公开，各人只看自己的名次。") % {"count": FEWEST_SHOWN},
    ]
