"""Every size in which templates show a picture, in one place, so that they can be made ahead.

A shape is a tuple of Wagtail filter specs from small to large; the first is the fallback `src`.
"""

SHAPES: dict[str, tuple[str, ...]] = {
    "thumb": ("fill-480x270|format-webp",),
    "lead": (
        "fill-640x427|format-webp",
        "fill-800x533|format-webp",
        "fill-1200x800|format-webp",
    ),
    "portrait": ("fill-320x400|format-webp", "fill-720x900|format-webp"),
    "pair": ("fill-400x500|format-webp", "fill-800x1000|format-webp"),
    "poster": ("fill-480x270|format-webp", "fill-1200x675|format-webp"),
    "cover": ("fill-200x300|format-webp",),
    "share": ("fill-1200x630|format-jpeg",),
}

ALL_SPECS: tuple[str, ...] = tuple(
    dict.fromkeys(spec for specs in SHAPES.values() for spec in specs)
)
