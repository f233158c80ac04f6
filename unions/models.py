"""The register: unions as a tree, their members, and who is an officer where."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.validators import RegexValidator
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Q, Sum
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from unions.masking import mask_phone, public_name
from unions.names import GraphemeLimit
from unions.prepared import Given, PreparedRows


class UnionQuerySet(MP_NodeQuerySet):
    """Reads of the tree; a subtree is a prefix of `path`, so one index answers it."""

    def subtree_of(self, union: "Union") -> "UnionQuerySet":
        """`union` itself and everything below it."""
        return self.filter(path__startswith=union.path)

    def below(self, union: "Union") -> "UnionQuerySet":
        """The direct children of `union`, in order of name."""
        return self.filter(path__startswith=union.path, depth=union.depth + 1).order_by("name")

    def named_like(self, text: str) -> "UnionQuerySet":
        """Those in whose name, short name or code `text` occurs; all for an empty text."""
        named = Q(name__icontains=text) | Q(short_name__icontains=text)
        return self.filter(named | Q(code__icontains=text)) if text else self

    def registered(self, union: "Union") -> int:
        """Registered members of `union` and everything below it: the unions' own figures, whoever
        of them has an account here."""
        return self.subtree_of(union).aggregate(total=Sum("member_count"))["total"] or 0

    def members_by_child(self, union: "Union") -> dict[str, int]:
        """Registered members per child's path (each with its subtree); the own level under its."""
        return dict(
            self.subtree_of(union)
            .order_by()
            .annotate(branch=Substr("path", 1, len(union.path) + union.steplen))
            .values_list("branch")
            .annotate(total=Sum("member_count"))
        )


class UnionManager(MP_NodeManager.from_queryset(UnionQuerySet)):
    """Union.objects, in tree order."""

    def get_queryset(self) -> UnionQuerySet:
        """Treebeard's own would return its plain query set, without the named reads."""
        return UnionQuerySet(self.model, using=self._db).order_by("path")


class Union(MP_Node):
    """A union organisation. `member_count` is the register's figure for the own level alone."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("省级")
        CITY = "city", _("市级")
        COUNTY = "county", _("县（区）级")
        ENTERPRISE = "enterprise", _("基层")

    class Industry(models.TextChoices):
        MANUFACTURING = "manufacturing", _("制造")
        TRANSPORT = "transport", _("交通运输")
        ENERGY = "energy", _("能源电力")
        CONSTRUCTION = "construction", _("建筑")
        EDUCATION = "education", _("教育")
        HEALTH = "health", _("卫生健康")
        LOGISTICS = "logistics", _("物流")
        NEW_JOBS = "newjobs", _("新就业形态")
        GOVERNMENT = "government", _("机关事业")
        TEXTILE = "textile", _("纺织")

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=60, unique=True)
    short_name = models.CharField(_("简称"), max_length=20, blank=True)
    level = models.CharField(_("层级"), max_length=12, choices=Level.choices)
    industry = models.CharField(_("行业"), max_length=16, choices=Industry.choices, blank=True)
    member_count = models.PositiveIntegerField(_("本级在册会员数"), default=0)

    objects = UnionManager()

    class Meta:
        verbose_name = _("工会组织")
        verbose_name_plural = _("工会组织")

    def __str__(self):
        return self.name

    @property
    def label(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name

    def indented_name(self) -> str:
        """The name as a line of the tree's listing."""
        return "\u3000" * (self.depth - 1) + self.name

    indented_name.short_description = _("名称")

    def contains(self, other: "Union") -> bool:
        """Whether `other` is this union or below it."""
        return other.path.startswith(self.path)


class MemberQuerySet(models.QuerySet):
    def of(self, union: Union) -> "MemberQuerySet":
        """Members of `union` and of every union below it."""
        return self.filter(union__path__startswith=union.path)

    def named_like(self, text: str) -> "MemberQuerySet":
        """Members in whose name `text` occurs; everyone for an empty text."""
        return self.filter(display_name__icontains=text) if text else self


class MemberManager(UserManager.from_queryset(MemberQuerySet)):
    """Member.objects."""

    use_in_migrations = False

    def by_pk(self, pk: int) -> "Member | None":
        """The member with every column; the statement is kept."""
        row = _member_by_pk.one(pk)
        return None if row is None else Member.from_db(DEFAULT_DB_ALIAS, (), row)


class Member(AbstractUser):
    """A person who can sign in: by user name or by phone. Nothing public shows the phone."""

    first_name = None
    last_name = None

    phone = models.CharField(
        _("手机号"),
        max_length=11,
        unique=True,
        null=True,
        blank=True,
        validators=[RegexValidator(r"^1[0-9]{10}\Z", _("请填写 11 位手机号。"))],
    )
    display_name = models.CharField(_("姓名"), max_length=100, validators=[GraphemeLimit(30)])
    nickname = models.CharField(
        _("榜上昵称"), max_length=60, blank=True, validators=[GraphemeLimit(12)]
    )
    union = models.ForeignKey(
        Union, models.PROTECT, null=True, blank=True, related_name="members", verbose_name=_("工会")
    )

    objects = MemberManager()

    class Meta:
        verbose_name = _("会员")
        verbose_name_plural = _("会员")
        constraints = [
            models.CheckConstraint(
                condition=Q(phone__isnull=True) | ~Q(phone=""),
                name="member_phone_null_not_empty",
            ),
        ]

    def __str__(self):
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return self.display_name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()

    @property
    def public_name(self) -> str:
        """The chosen nickname, else the masked name; fit for any board."""
        return public_name(self.nickname, self.display_name)

    @property
    def masked_phone(self) -> str:
        """For the officers' roster alone: still too much for any public page."""
        return mask_phone(self.phone)


_member_by_pk = PreparedRows(
    lambda: Member.objects.filter(pk=Given(0, Member._meta.pk)).values_list(
        *(field.attname for field in Member._meta.concrete_fields)
    )
)


class OfficerRole(models.Model):
    """What a member may see and do for a union and everything below it."""

    class Role(models.TextChoices):
        OFFICER = "officer", _("工会干部")
        KEEPER = "keeper", _("书屋管理员")

    member = models.ForeignKey(
        Member, models.CASCADE, related_name="officer_roles", verbose_name=_("会员")
    )
    union = models.ForeignKey(
        Union, models.CASCADE, related_name="officer_roles", verbose_name=_("管辖工会")
    )
    role = models.CharField(_("角色"), max_length=8, choices=Role.choices, default=Role.OFFICER)

    class Meta:
        verbose_name = _("管辖角色")
        verbose_name_plural = _("管辖角色")
        constraints = [
            models.UniqueConstraint(fields=["member", "union", "role"], name="one_role_per_union"),
        ]

    def __str__(self):
        return f"{self.member} · {self.union} · {self.get_role_display()}"
