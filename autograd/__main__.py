"""`python -m autograd`, which is the command `chalkgrad`."""

import sys

from autograd.cli import main

if __name__ == "__main__":
    sys.exit(main())
