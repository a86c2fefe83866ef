"""A bare Esc is taken for a key after this time. Imported before Textual 8.2, which reads it once (default 100 ms).

Over a slow SSH line the rest of an escape sequence may come later than that: ESCDELAY in the environment wins.
"""

import os

ESCDELAY_MS = 25

os.environ.setdefault("ESCDELAY", str(ESCDELAY_MS))
