// The LaTeX of the explanations as MathML, which every browser typesets. Only the commands that
// explanations use are supported: fractions, roots, scripts, brackets, names and signs.

const SIGNS = {
  cdot: "·",
  times: "×",
  odot: "⊙",
  partial: "∂",
  top: "⊤",
  ge: "≥",
  le: "≤",
  ne: "≠",
  sum: "∑",
  prod: "∏",
  infty: "∞",
  lVert: "‖",
  rVert: "‖",
  lfloor: "⌊",
  rfloor: "⌋",
  lceil: "⌈",
  rceil: "⌉",
  textbackslash: "\\",
  textasciicircum: "^",
  textasciitilde: "~",
};
const GREEK = {
  alpha: "α",
  beta: "β",
  gamma: "γ",
  delta: "δ",
  epsilon: "ϵ",
  eta: "η",
  theta: "θ",
  lambda: "λ",
  mu: "μ",
  nu: "ν",
  xi: "ξ",
  pi: "π",
  rho: "ρ",
  sigma: "σ",
  tau: "τ",
  phi: "ϕ",
  chi: "χ",
  psi: "ψ",
  omega: "ω",
  Gamma: "Γ",
  Delta: "Δ",
  Theta: "Θ",
  Lambda: "Λ",
  Xi: "Ξ",
  Pi: "Π",
  Sigma: "Σ",
  Phi: "Φ",
  Psi: "Ψ",
  Omega: "Ω",
};
const FUNCTION_NAMES = new Set(
  "min max ln log sin cos tan arcsin arccos arctan sinh cosh tanh det exp".split(" "),
);
const SPACES = new Set([",", ";", " ", "!", "textstyle", "displaystyle"]);

const TOKEN = /\\[a-zA-Z]+ ?|\\.|\d+(?:\.\d+)?(?:e−?\d+)?|[A-Za-z]{2,}|\s+|[^]/gu;

// A tree of [tag, ...children or text]; tests read it without a document.
function mathTree(latex) {
  const tokens = latex.match(TOKEN) ?? [];
  let at = 0;

  function sequence(end) {
    const row = [];
    while (at < tokens.length && !end(tokens[at])) {
      const atom = scripted();
      if (atom) row.push(atom);
    }
    at += 1;
    return row.length === 1 ? row[0] : ["mrow", ...row];
  }

  // The content of braces, letter by letter: names, not mathematics.
  function words() {
    let text = "";
    let depth = 0;
    for (; at < tokens.length; at += 1) {
      const token = tokens[at];
      const letter = token.startsWith("\\")
        ? (SIGNS[token.slice(1).trim()] ?? token.slice(1))
        : token;
      if (token === "{") depth += 1;
      else if (token === "}") depth -= 1;
      else text += letter;
      if (depth === 0) break;
    }
    at += 1;
    return text;
  }

  function argument() {
    while (/^\s+$/.test(tokens[at] ?? "")) at += 1;
    if (tokens[at] === "{") {
      at += 1;
      return sequence((token) => token === "}");
    }
    return atom() ?? ["mrow"];
  }

  function bracket(token) {
    const sign = token.startsWith("\\") ? (SIGNS[token.slice(1).trim()] ?? token.slice(1)) : token;
    return ["mo", sign];
  }

  function command(name) {
    if (name === "frac" || name === "tfrac") return ["mfrac", argument(), argument()];
    if (name === "sqrt") {
      if (tokens[at] !== "[") return ["msqrt", argument()];
      at += 1;
      const index = sequence((token) => token === "]");
      return ["mroot", argument(), index];
    }
    if (name === "left") {
      const open = bracket(tokens[at++]);
      const inside = sequence((token) => token.trim() === "\\right");
      return ["mrow", open, inside, bracket(tokens[at++] ?? "")];
    }
    if (name === "hat") return ["mover", argument(), ["mo", "^"]];
    if (name === "mathbf") return ["mi", words()];
    if (name === "mathrm" || name === "operatorname") return ["mi", words()];
    if (name === "text") return ["mtext", words()];
    if (SPACES.has(name)) return name === "," || name === ";" ? ["mspace"] : null;
    if (FUNCTION_NAMES.has(name)) return ["mi", name];
    if (name in GREEK) return ["mi", GREEK[name]];
    return ["mo", SIGNS[name] ?? name];
  }

  function atom() {
    const token = tokens[at++];
    if (token === "{") {
      at -= 1;
      return argument();
    }
    if (token.startsWith("\\")) return command(token.slice(1).trim());
    if (/^\s/.test(token)) return null;
    if (/^\d/.test(token)) return ["mn", token];
    if (/^[A-Za-z]{2,}$/.test(token)) return ["mtext", token];
    if (/^\p{L}$/u.test(token)) return ["mi", token];
    return ["mo", token === "-" ? MINUS : token];
  }

  function scripted() {
    const base = atom();
    let below = null;
    let above = null;
    while (base && (tokens[at] === "^" || tokens[at] === "_")) {
      if (tokens[at++] === "^") above = argument();
      else below = argument();
    }
    if (above && below) return ["msubsup", base, below, above];
    if (above) return ["msup", base, above];
    return below ? ["msub", base, below] : base;
  }

  return sequence(() => false);
}

const MATHML = "http://www.w3.org/1998/Math/MathML";

function mathElement([tag, ...children]) {
  const element = document.createElementNS(MATHML, tag);
  if (tag === "mspace") element.setAttribute("width", "0.22em");
  for (const child of children) {
    element.append(typeof child === "string" ? child : mathElement(child));
  }
  return element;
}

function mathematics(latex) {
  const math = document.createElementNS(MATHML, "math");
  math.append(mathElement(mathTree(latex)));
  return math;
}

const derivative = (top, bottom) => `\\frac{\\partial ${top}}{\\partial ${bottom}}`;
