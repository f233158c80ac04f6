"""One module per part of the demo; each `load` returns what the later parts refer to by key."""
