"""The inks and papers that every picture shares; they are the colours of the site's palette."""

Ink = tuple[int, int, int]

INK: Ink = (31, 27, 24)
RED: Ink = (166, 27, 27)
GOLD: Ink = (199, 154, 59)
BLUE: Ink = (29, 79, 145)
GREEN: Ink = (30, 107, 58)
SAND: Ink = (222, 199, 148)  # gold thinned with white
STEEL: Ink = (148, 168, 186)  # blue thinned with white
SKIN: Ink = (233, 212, 178)
SHEET: Ink = (241, 233, 218)  # the printing paper
LABEL: Ink = (250, 246, 238)  # the pasted title slip on a cover
PAPER: Ink = (250, 248, 245)  # the site's page, for flat marks
