"""Whose data an officer may see. Everything under /manage/ reads through a `Scope`."""

from dataclasses import dataclass
from typing import TypeVar

from django.db import models
from django.db.models import Q
from django.http import Http404

from unions.models import Member, OfficerRole, Union, UnionQuerySet

Rows = TypeVar("Rows", bound=models.QuerySet)


@dataclass(frozen=True)
class Scope:
    """The subtrees (as tree paths) in which a member holds a role; empty sees nothing."""

    paths: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.paths)

    def unions(self) -> UnionQuerySet:
        """Every union in scope, in tree order."""
        return self.narrow(Union.objects.order_by("path"), "path")

    def narrow(self, rows: Rows, path_field: str) -> Rows:
        """`rows` whose `path_field` (a look-up that ends in a union's path) lies in scope."""
        if not self.paths:
            return rows.none()
        inside = Q()
        for path in self.paths:
            inside |= Q(**{f"{path_field}__startswith": path})
        return rows.filter(inside)

    def union_or_404(self, pk: int) -> Union:
        """The union, if it lies in scope; else `Http404`, as if it did not exist."""
        union = self.unions().filter(pk=pk).first()
        if union is None:
            raise Http404
        return union


def scope_of(member: Member, role: OfficerRole.Role = OfficerRole.Role.OFFICER) -> Scope:
    """Where `member` holds `role` now, read afresh from the database (never from the session)."""
    if not member.is_authenticated or not member.is_active:
        return Scope(())
    paths = OfficerRole.objects.filter(member=member, role=role).values_list(
        "union__path", flat=True
    )
    return Scope(tuple(sorted(paths)))
