"""Linocut (版画) demo pictures for Gongsheng: scenes of trades, portraits, book covers, marks.

Every picture is cut and printed by rule from its name, so a rerun gives the same pixels. Plates
are drawn as solid shapes, light is *carved* out of them with tapered gouge strokes, edges are worn
by noise, and the plates are printed one over the other on grained paper, a hair out of register.
Nobody is depicted: figures are types of trades, without likeness.

    python -m config.demo.illustrations                # all, into config/demo/pictures/
    python -m config.demo.illustrations --only welder      # one picture
    python -m config.demo.illustrations --only covers      # one kind
    python -m config.demo.illustrations --sheet sheet.png  # also a contact sheet of what was made

Needs Pillow and numpy; covers need Noto Serif CJK (Debian: fonts-noto-cjk).
"""
