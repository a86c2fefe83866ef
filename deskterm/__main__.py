"""`python -m deskterm` is `deskterm`."""

from deskterm.cli.main import run

if __name__ == "__main__":
    run()
