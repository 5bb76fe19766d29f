// The quiz: values and gradients are hidden, and the learner computes them one by one.

const LARGEST_ANSWER = 12;
const LONGEST_QUIZ = 100;

const quiz = { on: false, cells: [] };

function quizCells() {
  const asked = (x) => x !== null && entriesOf(x)?.length <= LARGEST_ANSWER;
  const values = steps
    .map((step) => step.tensor)
    .filter((t) => asked(now.values[t]))
    .map((t) => ({
      t,
      what: "value",
      name: nameOf(t),
      hint: `${nameOf(t)} = ${steps[forwardAt.get(t) - 1].text}`,
    }));
  const order = [...new Set([...steps].reverse().map((step) => step.tensor)), ...leaves];
  const slopes = order
    .filter((t) => asked(now.gradients[t]))
    .map((t) => ({ t, what: "gradient", name: gradientName(t), hint: "" }));
  return [...values, ...slopes].map((cell) => ({ ...cell, solved: false, verdict: "" }));
}

function startQuiz() {
  moveInputs(given.inputs);
  if (data.live) forgetPath();
  quiz.on = true;
  quiz.cells = quizCells();
  document.body.classList.add("quiz");
  byId("quiz-cells").replaceChildren(...quiz.cells.map(quizRow));
  score();
  go(last);
  byId("quiz-cells").querySelector("input")?.focus();
}

function endQuiz() {
  quiz.on = false;
  document.body.classList.remove("quiz");
  go(picture.moment);
  if (picture.chosen !== null) inspect(picture.chosen);
}

function quizRow(cell, i) {
  const right = () => (cell.what === "value" ? now.values : now.gradients)[cell.t];
  const symbol = cell.what === "value" ? tensors[cell.t].latex : gradientSymbol(cell.t);
  const input = html("input", {
    type: "text",
    id: `cell-${i}`,
    inputmode: "text",
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": `verdict-${i}`,
    placeholder: isNumber(right()) ? "" : "row by row",
    focus: () => lightCell(cell),
    change: () => answer(),
    keydown: (event) => {
      if (event.key !== "Enter") return;
      if (answer()) next(i);
      else input.select();
    },
  });
  const verdict = html("p", { class: "verdict", id: `verdict-${i}`, role: "status" });
  const show = html(
    "button",
    {
      type: "button",
      "aria-label": `Show ${cell.name}`,
      click: () => {
        input.value = textOf(right());
        settle("shown", `It is ${textOf(right())}.`, true);
      },
    },
    "Show",
  );
  const row = html(
    "li",
    {},
    html(
      "label",
      { for: `cell-${i}` },
      mathematics(`${symbol} =`),
      html("span", { class: "unseen" }, cell.name),
    ),
    input,
    show,
    verdict,
    cell.hint ? html("span", { class: "hint faint" }, cell.hint) : null,
  );

  function answer() {
    if (!input.value.trim() || cell.solved) return cell.solved;
    const { mistakes, bounds } = tensors[cell.t];
    const marked = mark(input.value, right(), mistakes[cell.what], bounds[cell.what]);
    const solved = ["ok", "rounded", "near"].includes(marked.verdict);
    settle(marked.verdict, sentence(marked, textOf(right())), solved);
    return solved;
  }

  function settle(name, text, solved) {
    cell.verdict = name;
    cell.solved = solved;
    input.disabled = solved;
    row.dataset.verdict = name;
    verdict.textContent = text;
    showMoment(picture.moment);
    score();
  }
  return row;
}

function sentence({ verdict, why }, right) {
  if (verdict === "ok") return "✓ right";
  if (verdict === "rounded") return "✓ right, to the digits written";
  if (verdict === "near") return `✓ nearly: rounding on the way; it is ${right}`;
  if (verdict === "unreadable") return why;
  return why ? `✗ not yet: ${why}` : "✗ not yet";
}

function next(i) {
  const open = quiz.cells.findIndex((cell, k) => k > i && !cell.solved);
  if (open >= 0) byId(`cell-${open}`).focus();
}

// While a cell has the focus, its step is highlighted.
function lightCell({ t, what }) {
  const backward = arriving[t].length ? moments[backwardAt(arriving[t].at(-1))] : moments[seedAt];
  const moment = what === "value" ? moments[forwardAt.get(t)] : backward;
  if (groupOf.has(moment.step)) openGroup(groupOf.get(moment.step));
  light(moment);
}

function score() {
  const right = quiz.cells.filter((cell) => cell.solved && cell.verdict !== "shown").length;
  const all = right === quiz.cells.length;
  byId("score").textContent =
    `${right} of ${quiz.cells.length} right${all && right ? ": all of it!" : ""}`;
}

picture.hidden = (t, what) =>
  quiz.on && quiz.cells.some((cell) => cell.t === t && cell.what === what && !cell.solved);
