"""Forms of the sign-in and of the roster."""

from allauth.account.forms import LoginForm as AllauthLoginForm
from django import forms
from django.utils.translation import gettext_lazy as _

from unions import roster


class LoginForm(AllauthLoginForm):
    """allauth's form in our words."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("用户名或手机号")
        self.fields["login"].widget.attrs = {"autocomplete": "username", "class": "input"}
        self.fields["password"].label = _("密码")
        self.fields["password"].widget.attrs = {
            "autocomplete": "current-password",
            "class": "input",
        }


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
