"""The demo content: facts in TOML, pictures, and what loads them."""
