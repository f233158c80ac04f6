"""The editors' screens, one module a subject; `groups` puts them in the menu.

Nothing is imported here: the screens of `quiz.views` stand on `base` and `desks`, `groups` on them.
"""
