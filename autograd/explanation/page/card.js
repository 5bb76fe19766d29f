// The card beside the picture: the step in words and in mathematics.

function box(title, symbol, content) {
  return html(
    "div",
    { class: "factor" },
    html("span", { class: "eyebrow" }, title),
    symbol,
    content,
  );
}

// The gradient, or the contribution of one path if others add to it.
function contributionBox(number) {
  const { operand, path } = parts[number];
  const paths = arriving[operand].length;
  const symbol =
    paths > 1 ? html("span", {}, `path ${path} of ${paths}`) : mathematics(gradientSymbol(operand));
  const text = textOf(now.contributions[number]);
  return box(`to ${nameOf(operand)}`, symbol, html("strong", { class: "gradient" }, text));
}

function upstreamBox(tensor, text) {
  const value = html("strong", { class: "gradient" }, text);
  return box("upstream", mathematics(gradientSymbol(tensor)), value);
}

const sign = (text) => html("span", { class: "sign", "aria-hidden": "true" }, text);
const equation = (...children) => html("div", { class: "equation" }, children);

function gradientSymbol(t) {
  return derivative(tensors[data.root].latex, tensors[t].latex);
}

const gradientName = (t) => `∂${nameOf(data.root)}/∂${nameOf(t)}`;

function forwardCard(moment) {
  const step = steps[moment.step];
  const result = tensors[step.tensor];
  const numbers = withNumbers(step);
  const text = textOf(now.values[step.tensor]);
  const middle = numbers && numbers !== text ? [sign("="), html("span", {}, numbers)] : [];
  const shape = result.shape.length ? `, shape ${shapeText(result.shape)}` : "";
  return {
    title: `Forward, step ${moment.step + 1} of ${steps.length}`,
    words:
      `${capital(step.words)}: ${result.name} = ${step.text}` +
      `${numbers && numbers !== text ? ` = ${numbers}` : ""} = ${text}${shape}.`,
    shown: [
      equation(mathematics(`${result.latex} = ${step.latex}`)),
      equation(...middle, sign("="), html("strong", { class: "value" }, text)),
    ],
  };
}

function backwardCard(moment) {
  const part = parts[moment.part];
  const { tensor } = steps[part.step];
  const operand = tensors[part.operand];
  const paths = arriving[part.operand].length;
  const contribution = textOf(now.contributions[moment.part]);
  const card =
    part.local && (part.entrywise || isNumber(part.value))
      ? slopeCard(moment.part, part, tensor, contribution)
      : ruleCard(moment.part, part, tensor, contribution);
  if (paths > 1) addRunningSum(card, moment.part, paths);
  card.title = `Backward, to ${operand.name}: contribution ${moment.part + 1} of ${parts.length}`;
  return card;
}

// Upstream × local = contribution.
function slopeCard(number, part, tensor, contribution) {
  const [result, operand] = [tensors[tensor], tensors[part.operand]];
  const upstream = textOf(now.gradients[tensor]);
  const slope = textOf(now.slopes[number]);
  const scalar = isNumber(part.value);
  const local = `${derivative(result.latex, operand.latex)} = ${part.local.latex}`;
  const slopeText = slope === part.local.text ? slope : `${part.local.text} = ${slope}`;
  return {
    words:
      `From ${result.name} back to ${operand.name}: ` +
      `upstream ${gradientName(tensor)} = ${upstream}, ` +
      `times the local derivative ∂${result.name}/∂${operand.name} = ${slopeText}, ` +
      `${scalar ? "is" : "entry by entry, is"} the contribution ${contribution}.`,
    shown: [
      equation(
        upstreamBox(tensor, upstream),
        sign(scalar ? "×" : "⊙"),
        box("local", mathematics(local), html("strong", {}, slope)),
        sign("="),
        contributionBox(number),
      ),
    ],
  };
}

// The whole rule, where there is no single slope: a matrix product, a sum, a softmax.
function ruleCard(number, part, tensor, contribution) {
  const [result, operand] = [tensors[tensor], tensors[part.operand]];
  const upstream = textOf(now.gradients[tensor]);
  const shape = shapeText(operand.shape);
  return {
    words:
      `From ${result.name} back to ${operand.name}: ` +
      `upstream ${gradientName(tensor)} = ${upstream} goes through the rule ${part.rule.text}, ` +
      `which gives the contribution ${contribution}, of shape ${shape}.`,
    shown: [
      equation(
        upstreamBox(tensor, upstream),
        box(
          "rule",
          mathematics(part.rule.latex),
          html("span", { class: "faint" }, `shape ${shape}`),
        ),
        sign("="),
        contributionBox(number),
      ),
    ],
  };
}

function addRunningSum(card, number, paths) {
  const { operand, path } = parts[number];
  const come = arriving[operand].slice(0, path);
  const total = textOf(now.totals[number]);
  const values = come.map((part) => now.contributions[part]);
  const terms =
    values.every(isNumber) && path > 1
      ? `${values.map((x, i) => (i ? inParentheses(textOf(x)) : textOf(x))).join(" + ")} = `
      : "";
  card.words +=
    ` As ${nameOf(operand)} is used ${paths} times, its gradient is a sum over paths; ` +
    `after ${path} of ${paths}: ${gradientName(operand)} = ${terms}${total}.`;
  card.shown.push(
    html(
      "div",
      { class: "sum" },
      html("span", { class: "eyebrow" }, `sum over paths, ${path} of ${paths}`),
      equation(
        mathematics(gradientSymbol(operand)),
        sign("="),
        html("span", {}, terms),
        html("strong", { class: "gradient" }, total),
      ),
    ),
  );
}

function startCard() {
  const leaves = tensors.map((x, t) => t).filter((t) => tensors[t].leaf);
  const list = leaves.slice(0, 12).map((t) => `${nameOf(t)} = ${textOf(now.values[t])}`);
  if (leaves.length > list.length) list.push(`and ${leaves.length - list.length} more`);
  return {
    title: "The inputs",
    words: `The inputs have their values: ${list.join(", ")}. Step on to compute the rest.`,
    shown: [],
  };
}

function seedCard() {
  return {
    title: "Turning back",
    words:
      `${nameOf(data.root)} changes with itself at rate 1: ${gradientName(data.root)} = 1. ` +
      "From here the gradient runs back along every edge.",
    shown: [
      equation(
        mathematics(gradientSymbol(data.root)),
        sign("="),
        html("strong", { class: "gradient" }, "1"),
      ),
    ],
  };
}

function endCard() {
  const leaves = tensors
    .map((x, t) => t)
    .filter((t) => tensors[t].leaf && tensors[t].gradient !== null);
  const text = `${nameOf(data.root)} = ${textOf(now.values[data.root])}`;
  if (!hasGradients)
    return { title: "Done", words: `${text}. There are no gradients to compute.`, shown: [] };
  const rows = leaves.map((t) =>
    html(
      "div",
      { class: "row" },
      mathematics(gradientSymbol(t)),
      sign("="),
      html("strong", { class: "gradient" }, textOf(now.gradients[t])),
    ),
  );
  return {
    title: "Done",
    words:
      `${text}, and its gradients by the inputs are ` +
      `${leaves
        .slice(0, 12)
        .map((t) => `${gradientName(t)} = ${textOf(now.gradients[t])}`)
        .join(", ")}.`,
    shown: [html("div", { class: "rows" }, rows)],
  };
}

function cardOf(moment) {
  const make = {
    start: startCard,
    forward: forwardCard,
    seed: seedCard,
    backward: backwardCard,
    end: endCard,
  };
  return make[moment.kind](moment);
}

function showCard(moment) {
  const card = cardOf(moments[moment]);
  byId("step-title").textContent = card.title;
  byId("step-words").textContent = card.words;
  byId("step-mathematics").replaceChildren(...card.shown);
}

// All steps, for paper.
function listSteps() {
  const items = moments.slice(1).map((moment) => {
    const card = cardOf(moment);
    return html("li", {}, html("strong", {}, card.title), html("p", {}, card.words));
  });
  byId("all-steps").replaceChildren(...items);
}

// Details of one tensor: its arrays, its shape and its rules.
function inspect(t) {
  picture.inspected = t;
  const panel = byId("inspector");
  const tensor = tensors[t];
  const content = [
    html("h2", {}, tensor.name, " ", html("span", { class: "faint" }, shapeText(tensor.shape))),
  ];
  if (forwardAt.has(t)) {
    content.push(equation(mathematics(`${tensor.latex} = ${steps[forwardAt.get(t) - 1].latex}`)));
  }
  if (picture.hidden(t, "value"))
    content.push(html("p", { class: "faint" }, "hidden while the quiz runs"));
  else {
    content.push(html("div", { class: "of-value" }, arrayView(now.values[t], "value")));
    if (now.gradients[t] !== null) {
      content.push(
        html(
          "div",
          { class: "of-gradient" },
          arrayView(now.gradients[t], `gradient ${gradientName(t)}`),
        ),
      );
    }
  }
  const rules = arriving[t]
    .slice(0, 6)
    .map((part) =>
      html(
        "div",
        { class: "row" },
        html("span", { class: "faint" }, `from ${nameOf(steps[parts[part].step].tensor)}`),
        mathematics(gradientSymbol(t)),
        sign(arriving[t].length > 1 ? "+=" : "="),
        mathematics(parts[part].rule.latex),
      ),
    );
  if (rules.length)
    content.push(html("h3", {}, "Its gradient comes by"), html("div", { class: "rows" }, rules));
  panel.replaceChildren(...content);
}
