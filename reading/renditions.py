"""The sizes in which the pages of rooms and books show pictures."""

from media.renditions import register

register(
    "fill-240x360|format-webp",
    "fill-480x720|format-webp",
    "fill-480x270|format-webp",
    "fill-1200x800|format-webp",
)
