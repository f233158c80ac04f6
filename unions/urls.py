"""Signing in and out, by allauth, at addresses without a prefix; and the name on boards."""

from allauth.account import views as account
from django.urls import include, path

from unions import views

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("login/inactive/", account.account_inactive, name="account_inactive"),
    path("logout/", account.logout, name="account_logout"),
    path("password/", account.password_change, name="account_change_password"),
    path("2fa/", include("allauth.mfa.urls")),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("me/nickname/", views.nickname, name="nickname"),
    # Named by allauth itself; sign-up stays closed (AccountAdapter).
    path("signup/", account.signup, name="account_signup"),
]
