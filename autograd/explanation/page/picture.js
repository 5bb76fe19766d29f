// The picture of the graph: the open group, the values at a moment, and navigation.

const frame = byId("picture");
const drawings = [frame.firstElementChild.cloneNode(true)];
JSON.parse(byId("pictures").textContent).forEach((source) => drawings.push(source));

// A drawing is parsed when it is first opened.
function drawingOf(group) {
  if (typeof drawings[group] === "string") {
    const parsed = new DOMParser().parseFromString(drawings[group], "image/svg+xml");
    drawings[group] = document.importNode(parsed.documentElement, true);
  }
  return drawings[group].cloneNode(true);
}

// Between these scales a drawing fills the available width; beyond, it scrolls.
const SCALES = { least: 0.85, natural: 1, largest: 1.5 };

const picture = {
  group: 0,
  moment: 0,
  chosen: null,
  labels: [],
  hidden: () => false,
};

const marksOf = (element, letter) =>
  [...element.classList]
    .filter((c) => new RegExp(`^${letter}\\d+$`).test(c))
    .map((c) => Number(c.slice(1)));

// The picture with this group and the groups around it open.
function openGroup(group) {
  if (picture.group === group && picture.labels.length) return;
  picture.group = group;
  frame.replaceChildren(drawingOf(group));
  prepare(frame.firstElementChild);
  writeBreadcrumb();
  showMoment(picture.moment);
}

function prepare(drawing) {
  const width = Number(drawing.getAttribute("width"));
  for (const [name, scale] of Object.entries(SCALES)) {
    drawing.style.setProperty(`--${name}`, `${width * scale}px`);
  }
  drawing.setAttribute("role", "group");
  drawing.setAttribute(
    "aria-label",
    "Graph of the computation; arrows up and down go from node to node",
  );
  picture.labels = [];
  for (const edge of drawing.querySelectorAll("g.edge")) {
    const [tensor] = marksOf(edge, "t");
    const some = marksOf(edge, "c");
    const wire = edge.classList.contains("wire");
    for (const text of edge.querySelectorAll("text.value, text.gradient")) {
      picture.labels.push({
        text,
        tensor,
        some,
        wire,
        what: text.classList.contains("value") ? "value" : "gradient",
      });
    }
  }
  const nodes = [...drawing.querySelectorAll("g.leaf, g.operation, g.result, g.group, g.again")];
  nodes.forEach((node, i) => prepareNode(node, nodes, i));
  for (const cluster of drawing.querySelectorAll("g.frame")) {
    const [group] = marksOf(cluster, "g");
    cluster.addEventListener("click", () => openGroup(groups[group].parent));
  }
}

function prepareNode(node, nodes, i) {
  const [tensor] = marksOf(node, "t");
  const [group] = marksOf(node, "g");
  const opens = node.classList.contains("group");
  const choose = () => (opens ? openGroup(group) : choice(tensor, true));
  node.setAttribute("tabindex", i ? "-1" : "0");
  node.setAttribute("role", "button");
  node.addEventListener("click", choose);
  node.addEventListener("pointerenter", () => opens || choice(tensor, false));
  node.addEventListener("focus", () => opens || choice(tensor, false));
  node.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" || event.key === " ") choose();
    else if (!step) return;
    else nodes[(i + step + nodes.length) % nodes.length].focus();
    event.preventDefault();
  });
}

function choice(tensor, kept) {
  picture.chosen = kept ? tensor : picture.chosen;
  for (const node of frame.querySelectorAll("g.node")) {
    node.classList.toggle(
      "chosen",
      marksOf(node, "t")[0] === tensor && !node.classList.contains("fork"),
    );
  }
  inspect(tensor);
}

const namedOnWire = (t) => !tensors[t].leaf && t !== data.root;

function labelText({ tensor, some, wire, what }, moment) {
  if (picture.hidden(tensor, what)) return "?";
  if (what === "value") {
    if (!isKnown(tensor, moment)) return "";
    return (namedOnWire(tensor) ? `${nameOf(tensor)} = ` : "") + textOf(now.values[tensor]);
  }
  return textOf(wire ? gradientAt(tensor, moment) : contributionAt(some, moment));
}

function showMoment(moment) {
  picture.moment = moment;
  for (const label of picture.labels) label.text.textContent = labelText(label, moment);
  light(moments[moment]);
  for (const node of frame.querySelectorAll("[role=button]")) {
    node.setAttribute("aria-label", nodeLabel(node, moment));
  }
}

function nodeLabel(node, moment) {
  const [group] = marksOf(node, "g");
  if (node.classList.contains("group")) return `${groups[group].title}, folded; opens`;
  const [t] = marksOf(node, "t");
  const computed = node.classList.contains("operation");
  const about = [computed ? `${nameOf(t)} = ${steps[forwardAt.get(t) - 1].text}` : nameOf(t)];
  for (const [what, known] of [
    ["value", isKnown(t, moment) && now.values[t]],
    ["gradient", gradientAt(t, moment)],
  ]) {
    if (picture.hidden(t, what)) about.push(`${what} hidden`);
    else if (known !== null && known !== false) about.push(`${what} ${textOf(known)}`);
  }
  return about.join(", ");
}

// The parts of the picture that belong to a moment.
function isActive(element, moment) {
  const has = (letter, number) => marksOf(element, letter).includes(number);
  if (moment.kind === "forward") {
    const step = steps[moment.step];
    if (has("t", step.tensor))
      return !element.classList.contains("use") || element.classList.contains("wire");
    const uses = element.classList.contains("use");
    return uses && has("s", moment.step + 1);
  }
  if (moment.kind === "backward") {
    if (has("c", moment.part)) return true;
    const { operand } = parts[moment.part];
    if (element.classList.contains("operation")) return has("t", steps[moment.step].tensor);
    return element.classList.contains("wire")
      ? has("t", operand)
      : element.matches(".leaf, .fork") && has("t", operand);
  }
  const root = has("t", data.root) && element.matches(".result, .wire");
  return moment.kind === "seed"
    ? root
    : moment.kind === "start" && element.classList.contains("leaf");
}

function light(moment) {
  frame.dataset.pass =
    moment.kind === "backward" || moment.kind === "seed" ? "backward" : "forward";
  let seen = null;
  for (const element of frame.querySelectorAll("g.node, g.edge")) {
    const active = isActive(element, moment);
    element.classList.toggle("active", active);
    if (active && (element.classList.contains("operation") || !seen)) seen = element;
  }
  if (seen && moment.kind !== "start") bringIntoView(seen);
}

function bringIntoView(element) {
  const inner = element.getBoundingClientRect();
  const outer = frame.getBoundingClientRect();
  const aside = inner.left < outer.left || inner.right > outer.right;
  const above = inner.top < outer.top || inner.bottom > outer.bottom;
  frame.scrollBy({
    left: aside ? inner.left + inner.width / 2 - outer.left - outer.width / 2 : 0,
    top: above ? inner.top + inner.height / 2 - outer.top - outer.height / 2 : 0,
  });
}

function writeBreadcrumb() {
  const bar = byId("breadcrumb");
  bar.hidden = groups.length < 2;
  const way = wayTo(picture.group).reverse();
  bar.replaceChildren(
    ...way.map((group) => {
      const here = group === picture.group;
      const title = groups[group].title || "whole graph";
      return html(
        "li",
        {},
        html(
          "button",
          {
            type: "button",
            "aria-current": here ? "true" : null,
            click: () => openGroup(group),
          },
          title,
        ),
      );
    }),
  );
}
