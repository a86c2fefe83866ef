"""Run the console over the desk in memory, to be looked at: `python tests/screens/try_console.py [theme]`."""

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from fake_office import FakeOffice

from deskterm.app import DeskApp
from deskterm.settings import ConsoleSettings


def main() -> None:
    theme = sys.argv[1] if len(sys.argv) > 1 else "auto"
    office = FakeOffice(demo=True)
    app = DeskApp(office, ConsoleSettings(theme=theme))
    if len(sys.argv) > 2:

        async def customers_write() -> None:
            for count in range(1000):
                await asyncio.sleep(float(sys.argv[2]))
                office.advance(seconds=5)
                office.arrive(f"Message {count}: есть кто?", name=f"Клиент {count}")

        app.on_load = lambda: asyncio.ensure_future(customers_write())  # type: ignore[method-assign]
    app.run(mouse=False)


if __name__ == "__main__":
    main()
