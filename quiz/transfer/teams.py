"""The roster of teams as a workbook, read and written in one form."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from quiz.models import Round, Team
from quiz.transfer.team_heads import CAPTAIN, IS_CAPTAIN, NOT_CAPTAIN, REQUIRED, WIDTHS
from unions import tables
from unions.names import clean_key, clean_name
from unions.spreadsheets import form_to_fill, plain

MAX_ROWS = 2000
MAX_CELL = 200


@dataclass(frozen=True)
class Line:
    """One member of a team as written, `number` as in the file; "" for the login of nobody yet."""

    number: int
    team: str
    code: str
    login: str
    captain: bool = False


def read(content: bytes) -> list[Line]:
    """The lines of an .xlsx (first sheet) or CSV. Raises `unions.tables.TableError`."""
    lines = tables.read(content, most_rows=MAX_ROWS, most_cell=MAX_CELL)
    found = tables.named(lines, required=REQUIRED, optional=(CAPTAIN,))
    return [_line(number, texts) for number, texts in found.rows]


def _line(number: int, texts: dict[str, str]) -> Line:
    name, code, login = (plain(texts[head]) for head in REQUIRED)
    captain = clean_key(texts.get(CAPTAIN, "")) not in NOT_CAPTAIN
    return Line(number, clean_name(name), clean_key(code), clean_name(login), captain)


def written(round: Round, teams: Iterable[Team]) -> bytes:
    """An .xlsx of `teams` in the form that `read` takes, with rows to fill in for the rest."""
    columns = list(WIDTHS.items())
    rows = [row for team in teams for row in _rows(round, team)]
    return form_to_fill(_("参赛队"), columns, rows, _notes(round))


def _rows(round: Round, team: Team) -> list[tuple[str, str, str, str]]:
    members = [
        (found.member.username, IS_CAPTAIN if found.is_captain else "")
        for found in team.members.all()
    ]
    members += [("", "")] * (round.team_most - len(members))
    return [(team.name, team.union.code, login, captain) for login, captain in members]


def _notes(round: Round) -> list[str]:
    return [
        _("一行一名队员，从第二行填起；同一队的队名、工会代码每行都写。不要改表头。"),
        _("每队 %(least)d 至 %(most)d 人；没有写手机号或用户名的行不算。")
        % {"least": round.team_least, "most": round.team_most},
        _("队员要是所代表的工会或其下级工会的会员，在一场竞赛里只能进一个队。"),
        _("队长那一行写“是”，每队最多一名，可以不设。"),
        _("文件里的队以文件为准，没写的队不动；同一份再导入一次，什么也不会变。"),
        _("一次最多 %(most)s 行。有一行不对，整份都不写入。") % {"most": f"{MAX_ROWS:,}"},
    ]
