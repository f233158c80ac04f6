from wagtail import hooks

from reading.viewsets import ReadingViewSetGroup


@hooks.register("register_admin_viewset")
def register_reading():
    return ReadingViewSetGroup()
