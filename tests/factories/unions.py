"""Factories of the register."""

import factory

from unions.models import Member, OfficerRole, Union

PASSWORD = "correct-horse-battery"


class UnionFactory(factory.django.DjangoModelFactory):
    """A union; `parent=` another union puts it below that one, else it becomes a root."""

    class Meta:
        model = Union
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"union-{n}")
    name = factory.Sequence(lambda n: f"第{n}工会")
    level = Union.Level.ENTERPRISE
    member_count = 20

    @classmethod
    def _create(cls, model_class, *args, parent=None, **kwargs):
        if parent is None:
            return model_class.add_root(**kwargs)
        return Union.objects.get(pk=parent.pk).add_child(**kwargs)


class MemberFactory(factory.django.DjangoModelFactory):
    """A member of a fresh union who signs in with `PASSWORD`."""

    class Meta:
        model = Member

    username = factory.Sequence(lambda n: f"member{n}")
    display_name = factory.Sequence(lambda n: f"王小{chr(0x4E00 + n % 2000)}")
    union = factory.SubFactory(UnionFactory)
    password = factory.django.Password(PASSWORD)


class OfficerRoleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = OfficerRole

    member = factory.SubFactory(MemberFactory)
    union = factory.SubFactory(UnionFactory)
    role = OfficerRole.Role.OFFICER
