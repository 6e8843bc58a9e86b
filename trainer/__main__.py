"""`python -m trainer`: hands the command line to `trainer.cli`."""

import os
import sys

from trainer.cli import main

if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # Leave without destructors: TensorFlow's can wait for peers that are gone already.
    os._exit(code)
