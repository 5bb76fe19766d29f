// Numbers as text, the same as in explanations: 4 significant digits, no trailing zeros, a real
// minus sign.

const MINUS = "−";

// JSON has no infinities; they come as text.
function toNumber(x) {
  if (typeof x !== "string") return Number(x);
  return { inf: Infinity, "-inf": -Infinity }[x] ?? NaN;
}

// The digits and the exponent of a positive number, rounded half to even as in Python.
function rounded(x, digits) {
  const [exact, power] = x.toExponential(30).split("e");
  const all = exact.replace(".", "");
  const tie = /^50*$/.test(all.slice(digits));
  if (tie && Number(all[digits - 1]) % 2 === 0) return [all.slice(0, digits), Number(power)];
  const [near, exponent] = x.toExponential(digits - 1).split("e");
  return [near.replace(".", ""), Number(exponent)];
}

function formatNumber(x, digits = 4) {
  x = toNumber(x);
  if (Number.isNaN(x)) return "nan";
  const sign = x < 0 ? MINUS : "";
  const size = Math.abs(x);
  if (size === Infinity) return `${sign}inf`;
  if (size === 0) return "0";
  if (Number.isInteger(size) && size < 1e7 && size >= 10 ** digits) return sign + String(size);
  const [mantissa, exponent] = rounded(size, digits);
  if (exponent < -4 || exponent >= digits) {
    const fraction = mantissa.slice(1).replace(/0+$/, "");
    const power = String(exponent).replace("-", MINUS);
    return `${sign}${mantissa[0]}${fraction && `.${fraction}`}e${power}`;
  }
  const padded = exponent < 0 ? "0".repeat(-exponent) + mantissa : mantissa;
  const point = Math.max(exponent, 0) + 1;
  const fraction = padded.slice(point).replace(/0+$/, "");
  return `${sign}${padded.slice(0, point)}${fraction && `.${fraction}`}`;
}

// Text for a value: a number, or an array by the text that came with it.
function textOf(x) {
  if (x === null || x === undefined) return "";
  return typeof x === "object" ? x.text : formatNumber(x);
}

const isNumber = (x) => x !== null && typeof x !== "object";
const inParentheses = (text) => (text.startsWith(MINUS) ? `(${text})` : text);
const shapeText = (shape) => (shape.length ? shape.join("×") : "scalar");
