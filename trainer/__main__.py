"""`python -m trainer`: hands the command line to `trainer.cli`, and owns the process."""

import os
import sys

from trainer.cli import main
from trainer.signals import die_at_once_on_sigterm

if __name__ == "__main__":
    die_at_once_on_sigterm()
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # Leave without destructors: TensorFlow's can wait for peers that are gone already.
    os._exit(code)
