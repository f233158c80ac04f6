"""The sizes in which questions show pictures, made before anybody is asked."""

from media.renditions import register

SPEC = "max-800x600|format-webp"

register(SPEC)
