// Sliders for the inputs, and steps of gradient descent with a plot of the falling result.

const leaves = tensors.map((x, t) => t).filter((t) => tensors[t].leaf);
const descent = { path: [], moving: new Set(leaves.filter((t) => now.gradients[t] !== null)) };

function inputRow(t, i) {
  const start = toNumber(given.inputs[i]);
  const reach = Math.max(2 * Math.abs(start), 5);
  const name = nameOf(t);
  const range = html("input", {
    type: "range",
    id: `input-${i}`,
    min: start - reach,
    max: start + reach,
    step: reach / 200,
    "aria-label": name,
    input: () => setInput(i, range.value),
  });
  const number = html("input", {
    type: "text",
    inputmode: "decimal",
    "aria-label": `${name}, typed`,
    autocomplete: "off",
    change: () => setInput(i, number.value),
  });
  const moves = html("input", {
    type: "checkbox",
    checked: descent.moving.has(t),
    "aria-label": `${name} moves in a step`,
    change: () => (moves.checked ? descent.moving.add(t) : descent.moving.delete(t)),
  });
  const slope = html("span", { class: "gradient" });
  followers.push(() => {
    const x = toNumber(now.inputs[i]);
    if (x < Number(range.min)) range.min = x;
    if (x > Number(range.max)) range.max = x;
    range.value = x;
    if (document.activeElement !== number || readNumber(number.value)?.value !== x)
      number.value = formatNumber(x, 6);
    slope.textContent = textOf(now.gradients[t]);
  });
  return html(
    "div",
    { class: "input" },
    html("label", { for: `input-${i}` }, mathematics(tensors[t].latex)),
    range,
    number,
    ...(now.gradients[t] === null
      ? []
      : [
          html("span", { class: "slope" }, mathematics(gradientSymbol(t)), " ", slope),
          html("label", { class: "moves" }, moves, "moves"),
        ]),
  );
}

function setInput(i, text) {
  const read = readNumber(String(text));
  if (read) {
    forgetPath();
    startAtEnd();
    moveInputs(now.inputs.map((x, k) => (k === i ? read.value : x)));
  } else {
    followers.forEach((follow) => follow());
  }
}

function takeSteps(count) {
  const rate = readNumber(byId("rate").value);
  if (!rate) return say("The rate is a number, such as 0.1.");
  startAtEnd();
  if (!descent.path.length) descent.path.push(result());
  for (let k = 0; k < count; k += 1) {
    const moved = now.inputs.map((x, i) => {
      const slope = toNumber(now.gradients[leaves[i]] ?? 0);
      return descent.moving.has(leaves[i]) ? toNumber(x) - rate.value * slope : x;
    });
    if (!moved.every((x) => Number.isFinite(toNumber(x)))) {
      return say("The step leads to infinity: choose a smaller rate.");
    }
    moveInputs(moved);
    descent.path.push(result());
  }
  plotPath();
  return say(`After ${descent.path.length - 1} steps ${nameOf(data.root)} = ${formatNumber(result())}.`);
}

const result = () => toNumber(now.values[data.root]);
const say = (text) => {
  byId("descent-words").textContent = text;
};

function forgetPath() {
  descent.path = [];
  byId("plot").replaceChildren();
  say("");
}

const ROOM = { left: 64, right: 12, top: 10, bottom: 26, width: 420, height: 160 };

function plotPath() {
  const path = descent.path.filter(Number.isFinite);
  const [low, high] = [Math.min(...path), Math.max(...path)];
  const span = high - low || Math.abs(high) || 1;
  const x = (k) =>
    ROOM.left + (k / Math.max(path.length - 1, 1)) * (ROOM.width - ROOM.left - ROOM.right);
  const y = (f) => ROOM.top + ((high - f) / span) * (ROOM.height - ROOM.top - ROOM.bottom);
  const points = path.map((f, k) => `${x(k).toFixed(1)},${y(f).toFixed(1)}`);
  const bottom = ROOM.height - ROOM.bottom;
  const label = (at, text, cls) => svg("text", { x: at[0], y: at[1], class: cls }, text);
  const ends = `${formatNumber(path[0])} to ${formatNumber(path.at(-1))}`;
  byId("plot").replaceChildren(
    svg(
      "svg",
      {
        viewBox: `0 0 ${ROOM.width} ${ROOM.height}`,
        role: "img",
        "aria-label": `${nameOf(data.root)} over ${path.length - 1} steps, from ${ends}`,
      },
      svg("line", { x1: ROOM.left, x2: ROOM.width - ROOM.right, y1: bottom, y2: bottom }),
      svg("line", { x1: ROOM.left, x2: ROOM.left, y1: ROOM.top, y2: bottom }),
      svg("polyline", { points: points.join(" ") }),
      path.length <= 60 ? path.map((f, k) => svg("circle", { cx: x(k), cy: y(f), r: 3 })) : [],
      label([ROOM.left - 6, ROOM.top + 8], formatNumber(high, 3), "end"),
      label([ROOM.left - 6, bottom], low === high ? "" : formatNumber(low, 3), "end"),
      label([ROOM.left, ROOM.height - 8], "0", ""),
      label([ROOM.width - ROOM.right, ROOM.height - 8], `${path.length - 1} steps`, "end"),
    ),
  );
}

function prepareInputs() {
  const panel = byId("inputs");
  if (!data.live || !leaves.length) {
    byId("not-live").textContent = data.why ? `No sliders here: ${data.why}.` : "";
    byId("not-live").hidden = !data.why;
    return;
  }
  panel.hidden = false;
  byId("sliders").append(...leaves.map(inputRow));
  byId("descent").hidden = !hasGradients;
  byId("one-step").addEventListener("click", () => takeSteps(1));
  byId("ten-steps").addEventListener("click", () => takeSteps(10));
  byId("back").addEventListener("click", () => {
    forgetPath();
    moveInputs(given.inputs);
  });
  followers.forEach((follow) => follow());
}
