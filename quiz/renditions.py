"""The size in which questions show pictures, made ahead by `media`."""

from media.renditions import register
from quiz.exhibits import SPEC

register(SPEC)
