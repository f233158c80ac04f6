"""What this app refuses."""

from django.utils.functional import Promise


class MediaError(Exception):
    """An upload is refused: `code` for programs, `message` in Chinese for the person.

    Codes: `too_large`, `too_many_pixels`, `animated`, `not_an_image`, `damaged`, `extension`,
    `wrong_type`, `macro`, `bad_archive`, `bad_captions`, `no_description`.
    """

    def __init__(self, code: str, message: str | Promise) -> None:
        message = str(message)
        super().__init__(message)
        self.code = code
        self.message = message
