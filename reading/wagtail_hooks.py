from wagtail import hooks

from reading.viewsets import (
    ReadingRoomChooserViewSet,
    ReadingViewSetGroup,
    TitleChooserViewSet,
)


@hooks.register("register_admin_viewset")
def register_reading():
    return [
        ReadingViewSetGroup(),
        TitleChooserViewSet("title_chooser"),
        ReadingRoomChooserViewSet("readingroom_chooser"),
    ]
