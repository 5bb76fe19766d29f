"""The peers, and a virtual environment for each, made when it is first needed."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from workloads import NETWORKS, SCALARS, SECOND_ORDER

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "peers"
NUMPY = "numpy==2.4.6"


@dataclass(frozen=True)
class Peer:
    """A column of the table."""

    title: str
    module: str
    """The name of its file in the folder peers/."""
    mode: str = ""
    requires: tuple[str, ...] = ()
    """The packages that pip installs; none means the environment of chalkgrad itself."""
    paths: tuple[Path, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    """Variables of the environment of its process."""
    skips: dict[str, str] = field(default_factory=dict)
    """Workloads, or kinds of them, that it does not run, and why."""
    quick: bool = True


TORCH = ("torch==2.13.0", NUMPY)
ONE_SCALAR_AT_A_TIME = {"scalar_mlp": "would compile 200,000 scalar operations one by one"}
NO_NETWORK = (*SCALARS, *SECOND_ORDER)

PEERS = {
    "hand": Peer("by hand", "by_hand"),
    "products": Peer(
        "products alone",
        "products",
        skips=dict.fromkeys((*NETWORKS[1:], *NO_NETWORK, "import"), "perceptrons only"),
    ),
    "chalkgrad": Peer("chalkgrad", "chalkgrad", paths=(ROOT,)),
    "chalkgrad-compiled": Peer(
        "chalkgrad compiled",
        "chalkgrad",
        "compiled",
        paths=(ROOT,),
        skips={"chain_1e6": "a program of a million lines", "import": "as chalkgrad"},
    ),
    "torch": Peer("PyTorch", "torch", "eager", TORCH),
    "torch-fused": Peer(
        "PyTorch fused Adam",
        "torch",
        "fused",
        TORCH,
        skips=dict.fromkeys((*NO_NETWORK, "import"), "as PyTorch"),
    ),
    "torch-compile": Peer(
        "PyTorch compile",
        "torch",
        "compile",
        TORCH,
        # Else its first step would be quick whenever somebody had compiled the same before.
        variables={"TORCHINDUCTOR_FORCE_DISABLE_CACHES": "1"},
        skips=ONE_SCALAR_AT_A_TIME | {"chain": "would unroll the loop", "import": "as PyTorch"},
        quick=False,
    ),
    "jax": Peer("JAX jit", "jax", "", ("jax==0.10.2", NUMPY), skips=ONE_SCALAR_AT_A_TIME),
    "autograd": Peer("HIPS autograd", "autograd", "", ("autograd==1.9.1", "scipy==1.17.1", NUMPY)),
    "mygrad": Peer(
        "MyGrad",
        "mygrad",
        "",
        ("mygrad==2.5.0", NUMPY),
        skips=dict.fromkeys(SECOND_ORDER, "no second derivatives"),
    ),
    "micrograd": Peer(
        "micrograd",
        "micrograd",
        "",
        ("micrograd==0.1.0", NUMPY),
        skips=dict.fromkeys((*NETWORKS, *SECOND_ORDER), "scalars only"),
    ),
    "tinygrad": Peer(
        "tinygrad",
        "tinygrad",
        "",
        ("tinygrad==0.12.0", "ziglang==0.17.0", NUMPY),
        skips=ONE_SCALAR_AT_A_TIME
        | {"chain": "would unroll the loop"}
        | dict.fromkeys(SECOND_ORDER, "no transform"),
        quick=False,
    ),
}


class NotInstalled(Exception):  # noqa: N818, it is named for what happened
    """The error for a peer that is missing, with the reason."""


def interpreter(peer: Peer, say: Callable[[str], None], install: bool = True) -> str:
    """Return the Python that has the peer; raise `NotInstalled` where none is made."""
    if not peer.requires:
        return sys.executable
    folder = FOLDER / peer.module
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    stamp, wanted = folder / "installed.txt", "\n".join(peer.requires)
    if stamp.exists() and stamp.read_text() == wanted:
        return str(python)
    if not install:
        raise NotInstalled("run without --no-install to fetch it")
    say(f"Installing {', '.join(peer.requires)} into {folder.relative_to(ROOT)} ...")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    commands = [sys.executable, "-m", "venv", str(folder)], [*pip, "--retries", "1", *peer.requires]
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotInstalled(first_error(done.stderr + done.stdout))
    stamp.write_text(wanted)
    return str(python)


def first_error(output: str) -> str:
    """Return the first line of a command's output that tells what went wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines or ["no reason given"])[0]
