"""``python -m pinnace``: the same as the ``pinnace`` command."""

from pinnace.cli.main import main

if __name__ == "__main__":
    main()
