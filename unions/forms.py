"""Forms of the sign-in and of the roster."""

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthReauthenticateCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm as AllauthActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _

from unions import roster
from unions.models import Member
from unions.names import clean_name, no_phone_inside


class Dressed:
    """A form of allauth in our clothes: our field classes, no placeholders."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            if not isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs["class"] = "input"


class LoginForm(Dressed, AllauthLoginForm):
    """Signing in by user name or phone."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("用户名或手机号")
        self.fields["password"].label = _("密码")
        self.fields["remember"].label = _("在这台设备上记住我 14 天")


class ChangePasswordForm(Dressed, AllauthChangePasswordForm):
    """The page states the rules, so the field need not."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = ""


class ReauthenticateForm(Dressed, AllauthReauthenticateForm):
    pass


class AuthenticateCodeForm(Dressed, AllauthAuthenticateForm):
    """The second step of signing in."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("验证码")
        self.fields["code"].widget.attrs["inputmode"] = "text"


class ReauthenticateCodeForm(Dressed, AllauthReauthenticateCodeForm):
    pass


class ActivateTOTPForm(Dressed, AllauthActivateTOTPForm):
    pass


class NicknameForm(forms.ModelForm):
    """The name on boards; it may stay empty."""

    class Meta:
        model = Member
        fields = ("nickname",)
        labels = {"nickname": _("榜上昵称")}
        help_texts = {"nickname": _("最多 12 个字，不要写手机号。")}
        widgets = {
            "nickname": forms.TextInput(attrs={"class": "input", "autocomplete": "nickname"})
        }

    def clean_nickname(self) -> str:
        nickname = clean_name(self.cleaned_data["nickname"])
        no_phone_inside(nickname)
        return nickname


class RosterUploadForm(forms.Form):
    """A roster file; `cleaned_data["file"]` is the `Roster` read from it."""

    file = forms.FileField(
        label=_("名册文件"),
        help_text=_("Excel（.xlsx）或 CSV，10 MB 以内，一次最多 20,000 行。"),
        widget=forms.FileInput(attrs={"class": "input", "accept": ".xlsx,.csv"}),
        error_messages={"required": _("请选择文件。"), "empty": _("文件是空的。")},
    )

    def clean_file(self) -> roster.Roster:
        upload = self.cleaned_data["file"]
        if upload.size > roster.MAX_FILE:
            raise forms.ValidationError(_("文件超过 10 MB，请分成几份导入。"), code="too_large")
        try:
            return roster.read(upload.read())
        except roster.RosterFileError as error:
            raise forms.ValidationError(str(error), code=error.code) from error
