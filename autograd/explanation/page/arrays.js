// Arrays as heat maps with their numbers, or, where there are too many, as a histogram.

const MOST_COLUMNS = 24;

// A table of the last two axes for each position along the axes before them.
function heatMap(array, caption) {
  const entries = array.entries.map(toNumber);
  const columns = array.shape.at(-1) ?? 1;
  const rows = array.shape.length > 1 ? array.shape.at(-2) : 1;
  const largest = Math.max(...entries.map((x) => (Number.isFinite(x) ? Math.abs(x) : 0))) || 1;
  const tables = [];
  for (let start = 0; start < entries.length; start += rows * columns) {
    const body = [];
    for (let i = 0; i < rows; i += 1) {
      const from = start + i * columns;
      body.push(
        html(
          "tr",
          {},
          entries.slice(from, from + columns).map((x) => cell(x, largest)),
        ),
      );
    }
    const place = placeOf(start, array.shape);
    tables.push(
      html(
        "table",
        { class: columns > MOST_COLUMNS ? "heat small" : "heat" },
        html("caption", {}, `${caption}${place}`),
        html("tbody", {}, body),
      ),
    );
  }
  return html(
    "div",
    { class: "scroll", tabindex: "0", role: "group", "aria-label": caption },
    tables,
  );
}

function placeOf(start, shape) {
  if (shape.length < 3) return "";
  const place = [];
  let rest = start / (shape.at(-1) * shape.at(-2));
  for (const length of shape.slice(0, -2).reverse()) {
    place.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return ` [${place.join(", ")}, :, :]`;
}

// Warm above zero, cool below, stronger for larger numbers; the number itself stands there too.
function cell(x, largest) {
  const strength = Number.isFinite(x) ? Math.round((Math.abs(x) / largest) * 10) : 0;
  const side = x < 0 ? "cool" : "warm";
  return html("td", { class: strength ? `${side} of-${strength}` : "" }, formatNumber(x, 3));
}

const FIGURES = ["least", "greatest", "mean", "standard deviation", "norm", "zeros"];

function summary(array, caption) {
  const rows = FIGURES.filter((name) => array.figures && name in array.figures).map((name) => [
    name,
    formatNumber(array.figures[name]),
  ]);
  if (array["not finite"]) rows.push(["not finite", String(array["not finite"])]);
  return html(
    "div",
    {},
    html("p", { class: "faint" }, caption),
    array.histogram ? histogram(array, caption) : null,
    html(
      "dl",
      { class: "figures" },
      rows.map(([name, text]) => html("div", {}, html("dt", {}, name), html("dd", {}, text))),
    ),
  );
}

function histogram({ histogram: counts, figures }, caption) {
  const most = Math.max(...counts);
  const width = 10;
  const bars = counts.map((count, i) =>
    svg("rect", {
      x: i * width,
      width: width - 1,
      y: 60 - (58 * count) / most,
      height: (58 * count) / most,
    }),
  );
  const end = counts.length * width;
  const extent = `${formatNumber(figures.least)} to ${formatNumber(figures.greatest)}`;
  return svg(
    "svg",
    {
      class: "histogram",
      viewBox: `0 0 ${end} 76`,
      role: "img",
      "aria-label": `Histogram of ${caption}: entries from ${extent}`,
    },
    bars,
    svg("line", { x1: 0, x2: end, y1: 60.5, y2: 60.5 }),
    svg("text", { x: 0, y: 74 }, formatNumber(figures.least)),
    svg("text", { x: end, y: 74, class: "end" }, formatNumber(figures.greatest)),
  );
}

function arrayView(x, caption) {
  if (isNumber(x)) return html("p", {}, `${caption}: `, html("strong", {}, formatNumber(x)));
  if (x.entries?.length) return heatMap(x, caption);
  return x.figures ? summary(x, caption) : html("p", {}, `${caption}: ${x.text}`);
}
