"""The sizes in which our pages show pictures, made ahead by `media`."""

from cms.shapes import ALL_SPECS
from media.renditions import register

register(*ALL_SPECS)
