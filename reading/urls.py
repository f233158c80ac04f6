"""Addresses of this app."""

from django.urls import path

from reading import views

app_name = "reading"

urlpatterns = [
    path("", views.index, name="index"),
    path("rooms/<int:pk>/", views.room, name="room"),
    path("rooms/<int:pk>/check-in/", views.check_in, name="check_in"),
    path("rooms/<int:pk>/door/", views.door_screen, name="door"),
    path("checkin/<str:token>/", views.scan, name="scan"),
    path("books/", views.books, name="books"),
    path("books/<int:pk>/", views.book, name="book"),
    path("holdings/<int:pk>/borrow/", views.borrow, name="borrow"),
    path("holdings/<int:pk>/reserve/", views.reserve, name="reserve"),
    path("reservations/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("loans/", views.loans, name="loans"),
    path("loans/export.csv", views.export_loans, name="export_loans"),
    path("loans/<int:pk>/return/", views.give_back, name="return"),
    path("loans/<int:pk>/renew/", views.renew, name="renew"),
]
