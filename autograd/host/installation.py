"""A check of the folder into which chalkgrad was installed, before anything else is imported.

HIPS autograd has the same import name. If both are installed into one environment, their files lie
in one folder, and each package would run parts of the other.
"""

import os

_FILES_OF_HIPS_AUTOGRAD = ("core.py", "tracer.py", "wrap_util.py")


def refuse_mixture(folder: str | os.PathLike[str]) -> None:
    """Raise `ImportError` if files of HIPS autograd lie in `folder`."""
    foreign = [
        name for name in _FILES_OF_HIPS_AUTOGRAD if os.path.exists(os.path.join(folder, name))
    ]
    if foreign:
        raise ImportError(
            f"files of HIPS autograd ({', '.join(foreign)}) lie among those of chalkgrad in "
            f"{folder}: both use the import name autograd and cannot share an environment; run "
            "'pip uninstall autograd chalkgrad' and install the one you want"
        )
