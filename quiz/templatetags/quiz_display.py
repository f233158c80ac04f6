"""Filters for the quiz templates."""

from django import template

from quiz import display, rules

register = template.Library()
register.filter("duration", display.duration)
register.filter("moment", rules.moment)
