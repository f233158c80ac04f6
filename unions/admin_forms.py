"""Forms of the register in the admin."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.users.forms import UserCreationForm, UserEditForm

from unions import services
from unions.auth import login_to_username
from unions.choosers import UnionField
from unions.models import Member, OfficerRole, Union
from unions.names import clean_name, clean_phone, no_phone_inside


class PhoneField(forms.CharField):
    """A phone number as people type it, with blanks or full-width digits; empty is None."""

    def to_python(self, value):
        return clean_phone(super().to_python(value) or "") or None


class MemberFields:
    """What both user forms of the admin share."""

    def clean_display_name(self) -> str:
        return clean_name(self.cleaned_data["display_name"])

    def clean_nickname(self) -> str:
        nickname = clean_name(self.cleaned_data["nickname"])
        no_phone_inside(nickname)
        return nickname


MEMBER_FIELDS = ("username", "display_name", "phone", "union", "nickname", "is_superuser", "groups")
MEMBER_FIELD_CLASSES = {"phone": PhoneField, "union": UnionField}


class MemberCreationForm(MemberFields, UserCreationForm):
    email = first_name = last_name = None

    class Meta(UserCreationForm.Meta):
        fields = MEMBER_FIELDS
        field_classes = MEMBER_FIELD_CLASSES


class MemberEditForm(MemberFields, UserEditForm):
    email = first_name = last_name = None

    class Meta(UserEditForm.Meta):
        fields = (*MEMBER_FIELDS, "is_active")
        field_classes = MEMBER_FIELD_CLASSES


class OwnNameForm(MemberFields, forms.ModelForm):
    """A staff member's own name, on the admin's account page."""

    class Meta:
        model = Member
        fields = ("display_name", "nickname")


class UnionForm(WagtailAdminModelForm):
    """A union and its place in the tree."""

    parent = UnionField(Union.objects.all(), label=_("上级工会"), required=False)

    class Meta:
        model = Union
        fields = ("name", "short_name", "code", "level", "industry", "member_count")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields(["parent"])
        if self.instance.pk:
            self.initial["parent"] = self.instance.get_parent()

    def clean_parent(self) -> Union | None:
        parent = self.cleaned_data["parent"]
        if self.instance.pk:
            if parent is None and not self.instance.is_root():
                raise ValidationError(_("请选择上级工会。"))
            if parent is not None and self.instance.contains(parent):
                raise ValidationError(_("不能移到它自己或它的下级之下。"))
        return parent

    def save(self, commit: bool = True) -> Union:
        parent = self.cleaned_data["parent"]
        if self.instance.pk is None:
            fields = {name: self.cleaned_data[name] for name in self._meta.fields}
            self.instance = services.add_union(parent=parent, **fields)
            return self.instance
        union = super().save(commit=commit)
        if parent is not None and parent != union.get_parent():
            union = services.move_union(union=union, parent=parent)
        return union


class OfficerRoleForm(WagtailAdminModelForm):
    """Who is an officer where; the member by what they sign in with, for there are millions."""

    login = forms.CharField(label=_("会员的用户名或手机号"), max_length=150)

    class Meta:
        model = OfficerRole
        fields = ("union", "role")
        field_classes = {"union": UnionField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields(["login"])
        if self.instance.pk:
            self.initial["login"] = self.instance.member.username

    def clean_login(self) -> str:
        login = self.cleaned_data["login"]
        member = Member.objects.filter(username=login_to_username(login), is_active=True).first()
        if member is None:
            raise ValidationError(_("没有这个会员，或账号已停用。"))
        self.instance.member = member
        return login

    def clean(self):
        found = super().clean()
        same = OfficerRole.objects.exclude(pk=self.instance.pk).filter(
            member=self.instance.member_id,
            union=found.get("union"),
            role=found.get("role"),
        )
        if self.instance.member_id and same.exists():
            raise ValidationError(_("这个会员已经有这个角色。"))
        return found
