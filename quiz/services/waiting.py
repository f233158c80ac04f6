"""What must be decided before anything final is made of a competition's results."""

from quiz.errors import QuizError
from quiz.models import Appeal, Case, Competition, Regrade


def undecided(competition: Competition) -> str:
    """Why results of `competition` may still change although nobody can answer any more, or "".

    regrade_pending: a key is being corrected, confirmed or not. appeal_pending, case_pending: one
    of the fair-play desk waits for a person.
    """
    if Regrade.objects.pending(competition).exists():
        return "regrade_pending"
    if Appeal.objects.pending(competition).exists():
        return "appeal_pending"
    if Case.objects.pending(competition).exists():
        return "case_pending"
    return ""


def refuse_undecided(competition: Competition) -> None:
    """Raise `QuizError` with the code of `undecided`, if there is one."""
    if code := undecided(competition):
        raise QuizError(code)
