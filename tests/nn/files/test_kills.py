"""Processes killed at any moment: every file is whole, and every training goes on."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills children that it forked")

SAVING = """
import json, os, random, signal, sys, time
import numpy as np
import nn

path, kills = sys.argv[1], int(sys.argv[2])
model = nn.Linear(500, 500, bias=False)
random = random.Random(0)

def save(number):
    model.weight.assign(np.full(model.weight.shape, number, np.float32))
    nn.save(model, path, {"number": str(number)})

save(0)
last, broken, inside = 0, [], 0
for _ in range(kills):
    child = os.fork()
    if child == 0:
        while True:
            last += 1
            save(last)
    before = os.stat(path).st_mtime_ns
    while os.stat(path).st_mtime_ns == before:
        time.sleep(0.001)
    time.sleep(random.uniform(0, 0.03))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    try:
        number = int(nn.load(model, path)["number"])
        whole = number >= last and bool(np.all(model.weight.data == number))
        last = number
    except nn.CheckpointError:
        whole = False
    broken += [] if whole else [last]
    # Where a kill fell into the writing, what had been written is left until the next save.
    inside += len(os.listdir(os.path.dirname(path))) - 1
print(json.dumps({"broken": broken, "saves": last, "inside": inside}))
"""


def run(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    # One thread, so that the child of a fork has all of them.
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        cwd=Path(__file__).parents[3],
    )


@pytest.mark.parametrize("kills", [12, pytest.param(200, marks=pytest.mark.slow)])
def test_a_kill_while_saving_leaves_the_old_file_or_the_new_one(tmp_path: Path, kills: int) -> None:
    ran = run(SAVING, tmp_path / "model.safetensors", kills)
    assert ran.returncode == 0, ran.stderr
    result = json.loads(ran.stdout)
    assert result["broken"] == []
    assert result["saves"] >= kills
    assert result["inside"] > 0


TRAINING = """
import os, signal, sys
import numpy as np
import nn

folder, kill_at, resume = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "resume"
rng = np.random.default_rng(0)
x, y = rng.normal(size=(40, 3)), rng.integers(0, 2, 40)
model = nn.Sequential(
    nn.Linear(3, 16, seed=0), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3, seed=1),
    nn.Linear(16, 2, seed=2),
)
batches = 0

class Kill(nn.Callback):
    def on_batch_end(self, run):
        global batches
        batches += 1
        if batches == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

path = folder + "/run.safetensors"
history = nn.fit(
    model, nn.DataLoader(x, y, batch_size=8, shuffle=True, seed=3), nn.CrossEntropyLoss(),
    nn.Adam(model.parameters(), lr=0.01), epochs=4, validation=(x, y), metrics=["accuracy"],
    callbacks=[nn.Checkpoint(path, every_batches=2), nn.CSVLogger(folder + "/run.csv"), Kill()],
    resume_from=path if resume else None,
)
nn.save_checkpoint(folder + "/end.safetensors", model=model, history=dict(history))
"""


def outcome(folder: Path) -> tuple[dict[str, Any], str]:
    import nn

    return nn.load_checkpoint(folder / "end.safetensors"), (folder / "run.csv").read_text()


def test_a_killed_training_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    straight, killed = tmp_path / "straight", tmp_path / "killed"
    ran = run(TRAINING, straight, 0, "anew")
    assert ran.returncode == 0, ran.stderr
    # 5 batches an epoch: in the second epoch, then in the third of the rest, then no more.
    for kill_at, resume in [(8, "anew"), (6, "resume")]:
        assert run(TRAINING, killed, kill_at, resume).returncode == -signal.SIGKILL
    ran = run(TRAINING, killed, 0, "resume")
    assert ran.returncode == 0, ran.stderr
    (state, table), (resumed, resumed_table) = outcome(straight), outcome(killed)
    assert resumed["history"] == state["history"]
    assert resumed_table == table
    assert resumed["model"]["generators"] == state["model"]["generators"]
    for name, value in state["model"]["tensors"].items():
        np.testing.assert_array_equal(resumed["model"]["tensors"][name], value)
