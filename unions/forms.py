from allauth.account.forms import LoginForm as AllauthLoginForm
from django.utils.translation import gettext_lazy as _


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
