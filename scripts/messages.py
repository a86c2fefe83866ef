"""Keep the catalogues in step with the code: extract the words, carry them into each language, compile (`make messages`).

`--check` changes nothing and ends with 1 where a catalogue is behind or a word is not translated.
"""

from __future__ import annotations

import argparse
import ast
import gettext
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "deskterm" / "locale"
TEMPLATE = LOCALE / "deskterm.pot"
LANGUAGES = ("ru",)
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
"""The date in the headers: a fixed one, so that the same words give the same files."""


def words_of(source: str) -> Iterator[str | tuple[str, str]]:
    """Return the marked words of a module, also those within f-strings, which Babel's own extraction passes over."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        texts = [value.value for value in node.args if isinstance(value, ast.Constant) and isinstance(value.value, str)]
        if node.func.id in ("_", "N_") and texts:
            yield texts[0]
        elif node.func.id == "ngettext" and len(texts) == 2:
            yield texts[0], texts[1]


def extracted() -> Catalog:
    """Return all words of the program that are marked for translation."""
    found = Catalog(
        project="deskterm", creation_date=SINCE, charset="utf-8", header_comment="# Words of deskterm.", fuzzy=False
    )
    found.version, found.msgid_bugs_address, found.revision_date = "", "", SINCE
    found.last_translator = found.language_team = "deskterm"
    for path in sorted((ROOT / "deskterm").rglob("*.py")):
        for message in words_of(path.read_text(encoding="utf-8")):
            found.add(message)
    return found


def po_file(language: str) -> Path:
    """Return where the translations of a language are written."""
    return LOCALE / language / "LC_MESSAGES" / "deskterm.po"


def translated(language: str, template: Catalog) -> Catalog:
    """Return a language's catalogue with the words of now; those that went are dropped, new ones are empty."""
    path = po_file(language)
    catalog = Catalog(locale=language)
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=language, charset="utf-8")
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.project, catalog.version, catalog.msgid_bugs_address = "deskterm", "", ""
    catalog.header_comment = "# Words of deskterm."
    catalog.revision_date = catalog.creation_date = SINCE
    catalog.last_translator = catalog.language_team = "deskterm"
    catalog.fuzzy = False
    return catalog


def po_bytes(catalog: Catalog) -> bytes:
    """Return a catalogue as a .po or .pot file."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=120, no_location=True, sort_output=True, ignore_obsolete=True)
    # Which Babel wrote it is nobody's affair and would make a difference without a change.
    return re.sub(rb'"Generated-By: .*\\n"\n', b"", buffer.getvalue())


def mo_bytes(catalog: Catalog) -> bytes:
    """Return a catalogue as a .mo file."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def untranslated(catalog: Catalog) -> list[str]:
    """Return the words that have no translation, or a form of them that has none."""
    missing = []
    for message in catalog:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and not all(forms):
            missing.append(message.id[0] if isinstance(message.id, tuple) else message.id)
    return missing


def files() -> tuple[dict[Path, bytes], dict[str, list[str]]]:
    """Return what every catalogue file should hold, and for each language what is not translated."""
    template = extracted()
    wanted = {TEMPLATE: po_bytes(template)}
    missing = {}
    for language in LANGUAGES:
        catalog = translated(language, template)
        path = po_file(language)
        wanted |= {path: po_bytes(catalog), path.with_suffix(".mo"): mo_bytes(catalog)}
        missing[language] = untranslated(catalog)
    return wanted, missing


def same(path: Path, data: bytes) -> bool:
    """Return whether a catalogue file holds these words already."""
    if path.suffix != ".mo":
        return path.read_bytes() == data
    old, new = (gettext.GNUTranslations(io.BytesIO(one))._catalog for one in (path.read_bytes(), data))  # type: ignore[attr-defined]
    return {key: words for key, words in old.items() if key} == {key: words for key, words in new.items() if key}


def main() -> int:
    """Write the catalogues, or check them; returns the exit code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--check", action="store_true", help="change nothing; end with 1 where something is behind")
    check = options.parse_args().check
    wanted, missing = files()
    behind = [path for path, data in wanted.items() if not path.exists() or not same(path, data)]
    for language, words in missing.items():
        for word in words:
            sys.stdout.write(f"{language}: not translated: {word}\n")
    if check:
        sys.stdout.writelines(f"behind: {path.relative_to(ROOT)}\n" for path in behind)
        return 1 if behind or any(missing.values()) else 0
    for path in behind:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(wanted[path])
        sys.stdout.write(f"written: {path.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
