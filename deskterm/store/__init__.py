"""How the desk is kept: the only package that knows SQL."""
