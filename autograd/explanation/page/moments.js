// The computation as a sequence of moments, and the values known at each.

const data = JSON.parse(byId("data").textContent);
const { tensors, steps, parts, groups } = data;

// All numbers of the page; on a live page all of them follow the inputs.
const now = {
  inputs: tensors.filter((x) => x.leaf).map((x) => x.value),
  values: tensors.map((x) => x.value),
  gradients: tensors.map((x) => x.gradient),
  slopes: parts.map((part) => part.slope),
  contributions: parts.map((part) => part.value),
  totals: parts.map((part) => part.total),
};
const given = { ...now };
const followers = [];

function moveInputs(inputs) {
  const same = inputs.every((x, i) => x === given.inputs[i]);
  Object.assign(now, same ? given : compute(inputs), { inputs });
  followers.forEach((follow) => follow());
}

const hasGradients = tensors[data.root].gradient !== null;

// `forward` and `backward` have the number of a step or of a contribution.
const moments = [
  { kind: "start" },
  ...steps.map((_, i) => ({ kind: "forward", step: i })),
  ...(hasGradients ? [{ kind: "seed" }] : []),
  ...parts.map((part, i) => ({ kind: "backward", part: i, step: part.step })),
  { kind: "end" },
];
const last = moments.length - 1;
const seedAt = steps.length + 1;
const forwardAt = new Map(steps.map((step, i) => [step.tensor, i + 1]));
const backwardAt = (part) => seedAt + 1 + part;

// The contributions to every tensor, in the order of the backward pass.
const arriving = tensors.map(() => []);
parts.forEach((part, i) => arriving[part.operand].push(i));

const groupOf = new Map();
groups.forEach((group, i) => group.steps.forEach((step) => groupOf.set(step, i)));

// This group and the groups around it.
function wayTo(group) {
  const way = [];
  for (let g = group; g !== null; g = groups[g].parent) way.push(g);
  return way;
}

const nameOf = (t) => tensors[t].name;
const isKnown = (t, moment) => tensors[t].leaf || forwardAt.get(t) <= moment;

// The gradient of a tensor so far, or `null`.
function gradientAt(t, moment) {
  if (t === data.root) return moment >= seedAt && hasGradients ? now.gradients[t] : null;
  const come = arriving[t].filter((part) => backwardAt(part) <= moment);
  return come.length ? now.totals[come.at(-1)] : null;
}

// The sum of the contributions reached so far, of some uses.
function contributionAt(some, moment) {
  const come = some.filter((part) => backwardAt(part) <= moment);
  if (come.length < 2) return come.length ? now.contributions[come[0]] : null;
  const values = come.map((part) => now.contributions[part]);
  return values.every(isNumber) ? values.reduce((a, b) => toNumber(a) + toNumber(b)) : null;
}

// A step's formula with numbers for its operands, negative ones in parentheses where needed.
function withNumbers(step) {
  if (!step.numbers) return null;
  const number = (k) => textOf(now.values[step.operands[Number(k)]]);
  return step.numbers
    .replace(/\ue000(\d+)\ue000/g, (_, k) => number(k))
    .replace(/\ue001(\d+)\ue001/g, (_, k) => inParentheses(number(k)));
}
