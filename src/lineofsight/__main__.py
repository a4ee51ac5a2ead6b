"""`python -m lineofsight` is the command `los`."""

from lineofsight.cli import main

if __name__ == "__main__":
    main()
