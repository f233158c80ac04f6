"""How members sign in: one field takes the user name or the phone number."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import get_user_model

from unions.names import clean_name


def login_to_username(login: str) -> str:
    """The user name behind what was typed: a phone number's owner, else the text itself."""
    login = clean_name(login)
    if login.isdigit() and len(login) == 11:
        found = (
            get_user_model().objects.filter(phone=login).values_list("username", flat=True).first()
        )
        return found or login
    return login


class PhoneOrUsernameBackend(AuthenticationBackend):
    """allauth's backend; the phone number is looked up first."""

    def authenticate(self, request, **credentials):
        if "username" in credentials:
            credentials["username"] = login_to_username(credentials["username"])
        return super().authenticate(request, **credentials)


class AccountAdapter(DefaultAccountAdapter):
    """Members come from the roster: there is no open sign-up."""

    def is_open_for_signup(self, request):
        return False
