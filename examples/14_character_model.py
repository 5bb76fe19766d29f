"""Two networks learn to write, character by character: an LSTM and a transformer.

Both learn the probability of each character to come next, and are scored in bits per character:
-log2 of the probability that they gave to the one that came, on a part of the text that they have
not seen. With 92 characters, knowing nothing costs 6.5 bits. The networks must beat counts of the
characters (unigrams), and of the characters after each other one (bigrams).

The LSTM reads the text in chunks and hands its states on from each to the next, while gradients
stop at the boundaries: truncated back-propagation through time. So it may remember characters
further back than any gradient reaches. The transformer sees the characters of one window at once
and nothing before it, and `nn.fit` trains it like any other network.

The text is part of Python: the language reference, as `help()` shows it (`pydoc_data.topics`,
Copyright Python Software Foundation, under the Python Software Foundation License Version 2). Its
wording differs a little from one Python to the next, and so do the numbers. Expect about 2.0 bits
from the LSTM, 2.1 if it may not remember across chunks, and 2.3 from the transformer, which would
need more text and time to be the better one; 4.6 from unigrams, and 3.6 from bigrams.

python examples/14_character_model.py [FOLDER]      the picture goes to FOLDER, or else to out/
"""

import math
import sys
import textwrap
from pathlib import Path
from pydoc_data.topics import topics
from time import perf_counter

import numpy as np

import nn
from autograd import no_grad
from nn import functional, plots

try:
    # Imported here to fail before the training, not after it.
    import matplotlib as mpl  # noqa: F401
except ModuleNotFoundError as error:
    sys.exit(f"This example needs {error.name}: pip install 'chalkgrad[examples]'")

CHARACTERS = 220_000
HELD_OUT = 0.1
STREAMS, LENGTH = 16, 64
HIDDEN = 160
WIDTH, HEADS, LAYERS = 64, 4, 2
EPOCHS = 5
LEARNING_RATE = 1e-2
CLIP_NORM = 1.0
PROMPT = "The "
WRITTEN = 300
TEMPERATURE = 0.7
SEED = 0


class CharacterLSTM(nn.Module):
    """Scores of the next character, and the states after the last one, which the next chunk needs.

    Shapes: tokens (N, T), scores (N, T, vocabulary_size), each state (1, N, hidden_size).
    """

    def __init__(self, vocabulary_size, hidden_size, seed):
        rng = np.random.default_rng(seed)
        self.characters = nn.Embedding(vocabulary_size, 32, seed=rng)
        self.lstm = nn.LSTM(32, hidden_size, batch_first=True, seed=rng)
        self.head = nn.Linear(hidden_size, vocabulary_size, seed=rng)

    def forward(self, tokens, states=None):
        """Read on from `states`, or from nothing."""
        output, states = self.lstm(self.characters(tokens), states)
        return self.head(output), states


def load():
    """Return the alphabet, and the text as numbers of its characters, for training and held out."""
    text = " ".join(topics[name] for name in sorted(topics))
    # Indentation and ends of lines would make up most of the text.
    text = " ".join(text.encode("ascii", "ignore").decode().split())[:CHARACTERS]
    alphabet = sorted(set(text))
    tokens = np.array([alphabet.index(character) for character in text])
    end = round(len(tokens) * (1 - HELD_OUT))
    return alphabet, tokens[:end], tokens[end:]


def chunks(tokens):
    """Return inputs and the characters that come next, of shape (chunks, STREAMS, LENGTH).

    The text is cut into `STREAMS` long strips side by side; each row of a chunk goes on where the
    same row of the chunk before ended.
    """
    count = (len(tokens) - 1) // (STREAMS * LENGTH)
    end = count * STREAMS * LENGTH
    strips = (part[:end].reshape(STREAMS, count, LENGTH) for part in (tokens[:-1], tokens[1:]))
    return [np.swapaxes(strip, 0, 1) for strip in strips]


def surprise(scores, targets):
    """Return the mean -ln of the probability of the characters that came."""
    return functional.cross_entropy(scores.reshape(-1, scores.shape[-1]), targets.ravel())


def ngram_bits(training, held_out, size):
    """Return bits per character of counting: of single characters, and of pairs."""
    # Counts begin at one, so nothing is impossible.
    pairs = np.ones((size, size))
    np.add.at(pairs, (training[:-1], training[1:]), 1)
    single = 1 + np.bincount(training, minlength=size)
    before, came = held_out[:-1], held_out[1:]
    unigram = single[came] / single.sum()
    bigram = pairs[before, came] / pairs[before].sum(axis=-1)
    return -np.log2(unigram).mean(), -np.log2(bigram).mean()


def held_out_bits(model, held_out, carry=True):
    """Return bits per character of the LSTM; without `carry` it forgets all between chunks."""
    losses, states = [], None
    with no_grad():
        for x, y in zip(*chunks(held_out), strict=True):
            scores, states = model(x, states if carry else None)
            losses.append(surprise(scores, y).item())
    return np.mean(losses) / math.log(2)


def schedule_of(optimizer, steps):
    """Return a learning rate that goes up once, and down to nearly nothing."""
    return nn.OneCycleLR(optimizer, LEARNING_RATE, total_steps=EPOCHS * steps)


def learn_lstm(training, held_out, size):
    """Return the trained LSTM, and its bits per character after each epoch."""
    model = CharacterLSTM(size, HIDDEN, SEED)
    optimizer = nn.Adam(model.parameters(), lr=LEARNING_RATE)
    inputs, targets = chunks(training)
    schedule = schedule_of(optimizer, len(inputs))
    bits = []
    for _ in range(EPOCHS):
        states = None
        for x, y in zip(inputs, targets, strict=True):
            optimizer.zero_grad()
            scores, states = model(x, states)
            surprise(scores, y).backward(retain_graph=False)
            nn.clip_grad_norm_(model.parameters(), CLIP_NORM)
            optimizer.step()
            schedule.step()
            # Their values go on into the next chunk; gradients must not come back from there.
            states = functional.detach_states(states)
        bits.append(held_out_bits(model, held_out))
    return model, bits


def learn_transformer(training, held_out, size):
    """Return the trained transformer, and its bits per character after each epoch."""
    model = nn.TransformerLM(size, WIDTH, HEADS, LAYERS, LENGTH, dropout=0.0, seed=SEED)
    windows, windows_held_out = (
        tuple(part.reshape(-1, LENGTH) for part in chunks(tokens))
        for tokens in (training, held_out)
    )
    loader = nn.DataLoader(*windows, batch_size=STREAMS, shuffle=True, seed=SEED)
    optimizer = nn.AdamW(model.parameters(), lr=LEARNING_RATE)
    history = nn.fit(
        model,
        loader,
        surprise,
        optimizer,
        epochs=EPOCHS,
        validation=windows_held_out,
        clip_norm=CLIP_NORM,
        callbacks=[nn.ScheduleCallback(schedule_of(optimizer, len(loader)), every="batch")],
        progress=False,
    )
    return model, [nats / math.log(2) for nats in history["val_loss"]]


def write(model, prompt):
    """Return the prompt, and characters that the LSTM draws one by one."""
    rng = np.random.default_rng(SEED)
    text, unread, states = list(prompt), prompt, None
    with no_grad():
        for _ in range(WRITTEN):
            scores, states = model(np.array([unread]), states)
            p = functional.softmax(scores[0, -1] / TEMPERATURE).data.astype(np.float64)
            unread = [rng.choice(len(p), p=p / p.sum())]
            text += unread
    return text


def draw(curves, counted, path):
    """Draw bits per character of both networks over the epochs, and those of counting."""
    made = plots.figure(7.2, 4.4)
    axes = made.add_subplot()
    for k, (name, bits) in enumerate(curves.items()):
        axes.plot(range(1, len(bits) + 1), bits, label=name, **plots.series(k))
    for name, bits in counted.items():
        axes.axhline(bits, color=plots.LINE, linestyle=":")
        axes.annotate(
            name, (EPOCHS, bits), (0, 3), textcoords="offset points", ha="right", color=plots.INK
        )
    plots.style(
        axes,
        title="The cost of the next character, on text not seen",
        xlabel="epoch",
        ylabel="bits per character",
        grid="y",
    )
    axes.locator_params(axis="x", integer=True)
    plots.legend(axes)
    plots.save(made, path)


def main(folder="out"):
    """Count, learn twice, print bits per character and texts of both, and draw."""
    alphabet, training, held_out = load()
    size = len(alphabet)
    print(f"{len(training):,} characters to learn, {len(held_out):,} held out, {size} different\n")
    print(f"{'model':12}  parameters  seconds  bits per character")
    counted = dict(zip(("unigrams", "bigrams"), ngram_bits(training, held_out, size), strict=True))
    for name, bits in counted.items():
        print(f"{name:12}  {'':10}  {'':7}  {bits:18.3f}")
    models, curves = {}, {}
    for name, learn in {"LSTM": learn_lstm, "transformer": learn_transformer}.items():
        start = perf_counter()
        models[name], curves[name] = learn(training, held_out, size)
        count = sum(parameter.size for parameter in models[name].parameters())
        seconds = perf_counter() - start
        print(f"{name:12}  {count:10,}  {seconds:7.1f}  {curves[name][-1]:18.3f}")
    forgetful = held_out_bits(models["LSTM"], held_out, carry=False)
    print(f"\nThe LSTM, if it forgets all after every {LENGTH} characters: {forgetful:.3f} bits.")
    prompt = [alphabet.index(character) for character in PROMPT]
    texts = {
        "LSTM": write(models["LSTM"], prompt),
        "transformer": models["transformer"].generate(prompt, WRITTEN, TEMPERATURE, seed=SEED),
    }
    for name, tokens in texts.items():
        print(f"\nThe {name} writes:")
        print(textwrap.indent(textwrap.fill("".join(alphabet[i] for i in tokens), 92), "    "))
    path = Path(folder) / "14_character_model.png"
    draw(curves, counted, path)
    print(f"\nPicture: {path}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
