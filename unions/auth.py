"""How members sign in: one field takes the user name or the phone number."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from unions.models import Member
from unions.names import clean_name, clean_phone, is_phone


def login_to_username(login: str) -> str:
    """The user name behind what was typed: a phone number's owner, else the text itself."""
    phone = clean_phone(login)
    if is_phone(phone):
        found = (
            get_user_model().objects.filter(phone=phone).values_list("username", flat=True).first()
        )
        return found or phone
    return clean_name(login)


def account_typed(request, credentials) -> str:
    """For axes: the account that was tried, the same one by phone as by user name."""
    typed = (credentials or {}).get("username")
    if typed is None and request is not None:
        typed = request.POST.get("login", "")
    return login_to_username((typed or "")[:200])[:150]


def client_address(request) -> str:
    """For axes: the visitor's address, from the header that our own proxies wrote.

    Each trusted proxy adds one entry at the end; what stands before them the visitor may have
    made up.
    """
    proxies = settings.TRUSTED_PROXIES
    if proxies:
        entries = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(entries) >= proxies and entries[-proxies].strip():
            return entries[-proxies].strip()[:45]
    return request.META.get("REMOTE_ADDR", "")


class PhoneOrUsernameBackend(AuthenticationBackend):
    """allauth's backend; the phone number is looked up first."""

    def authenticate(self, request, **credentials):
        if "username" in credentials:
            credentials["username"] = login_to_username(credentials["username"])
        return super().authenticate(request, **credentials)

    def get_user(self, user_id):
        """Django's own, with a statement that is kept: every request of a member asks it."""
        found = Member.objects.by_pk(user_id)
        return found if found is not None and self.user_can_authenticate(found) else None


class AccountAdapter(DefaultAccountAdapter):
    """Members come from the roster: there is no open sign-up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _(
            "账号或密码不对。请检查后再试；忘记密码请找本单位工会重设。"
        ),
        "too_many_login_attempts": _("这个地址登录太频繁，请过几分钟再试。"),
    }

    def is_open_for_signup(self, request):
        return False
