"""What must be decided before anything final is made of a competition's results."""

from quiz.errors import QuizError
from quiz.models import Appeal, Case, Competition, Regrade, Round


def undecided(competition: Competition, round: Round | None = None) -> str:
    """Why results of `competition` may still change although nobody can answer any more, or "".

    With `round`, those of the round alone. regrade_pending: a key is being corrected, confirmed or
    not. appeal_pending, case_pending: one of the fair-play desk waits for a person.
    """
    appeals = Appeal.objects.pending(competition)
    cases = Case.objects.pending(competition)
    if round is not None:
        appeals = appeals.touching(round)
        cases = cases.filter(attempts__round=round)
    if Regrade.objects.pending(competition).exists():
        return "regrade_pending"
    if appeals.exists():
        return "appeal_pending"
    return "case_pending" if cases.exists() else ""


def refuse_undecided(competition: Competition, round: Round | None = None) -> None:
    """Raise `QuizError` with the code of `undecided`, if there is one."""
    if code := undecided(competition, round):
        raise QuizError(code)
