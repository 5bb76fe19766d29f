// Marks for a typed number by its digits, the same as for worksheets: right, rounded to the typed
// digits, near (within one unit of the last digit), or wrong.

const RELATIVE_ERROR = 1e-9;
const ABSOLUTE_ERROR = 1e-12;
const SLACK = 1 + 1e-6;

const DECIMAL = /^[+-]?(?:\d+(\.\d*)?|(\.\d+))(?:[eE]([+-]?\d+))?$/;
const FRACTION = /^([+-]?\d+)\/([+-]?\d+)$/;

// The value, and the unit of its last digit: none for whole numbers and fractions, which are
// exact. `null` for a text that is no number.
function readNumber(text) {
  const plain = text.replace(/[\s_]/g, "").replaceAll(MINUS, "-");
  if (/^[+-]?(inf|nan)$/.test(plain))
    return { value: toNumber(plain.replace("+", "")), unit: null };
  const fraction = FRACTION.exec(plain);
  if (fraction) {
    return Number(fraction[2]) ? { value: fraction[1] / fraction[2], unit: null } : null;
  }
  const decimal = DECIMAL.exec(plain);
  if (!decimal || !Number.isFinite(Number(plain))) return null;
  const digits = decimal[1] ?? decimal[2];
  if (digits === undefined) return { value: Number(plain), unit: null };
  return { value: Number(plain), unit: 10 ** (Number(decimal[3] ?? 0) - digits.length + 1) };
}

// The numbers of a list, row by row: [1, 2], or 1 2, or [[1, 2], [3, 4]].
function readNumbers(text) {
  const parts = text.split(/[\s,;[\]()]+/).filter(Boolean);
  const numbers = parts.map(readNumber);
  return numbers.includes(null) ? null : numbers;
}

function judge({ value, unit }, right) {
  if (Number.isNaN(value) && Number.isNaN(right)) return "ok";
  const off = Math.abs(value - right);
  const size = Math.max(Math.abs(value), Math.abs(right));
  const close = off <= Math.max(RELATIVE_ERROR * size, ABSOLUTE_ERROR) && size < Infinity;
  if (value === right || close) return "ok";
  // A NaN, which is not less than any number, has to be wrong.
  if (unit === null || !(off <= unit * SLACK)) return "wrong";
  return off <= (unit / 2) * SLACK ? "rounded" : "near";
}

const SEVERITY = ["ok", "rounded", "near", "wrong"];

function entriesOf(x) {
  if (isNumber(x)) return [toNumber(x)];
  return x.entries ? x.entries.map(toNumber) : null;
}

// The nearest right value; at a kink all values between two bounds are right.
function nearest(value, right, bounds, i) {
  if (!bounds || !Number.isFinite(value)) return right;
  const [low, high] = bounds.map((bound) => entriesOf(bound)[i]);
  return Math.min(Math.max(value, low), high);
}

// The verdict on a text typed for `right`, with the mistake that explains a wrong one, if known.
function mark(text, right, mistakes, bounds) {
  const entries = entriesOf(right);
  const typed = isNumber(right) ? [readNumber(text)] : readNumbers(text);
  if (!typed || typed.includes(null)) {
    return { verdict: "unreadable", why: "Type a number, such as -4, 0.25, 1.5e-3 or 4/9." };
  }
  if (typed.length !== entries.length) {
    return { verdict: "unreadable", why: `Type ${entries.length} numbers, row by row.` };
  }
  const verdicts = typed.map((number, i) =>
    judge(number, nearest(number.value, entries[i], bounds, i)),
  );
  const verdict = verdicts.reduce((a, b) => (SEVERITY.indexOf(b) > SEVERITY.indexOf(a) ? b : a));
  const found = mistakes.find(([wrong]) => {
    const values = entriesOf(wrong);
    return (
      values?.length === typed.length &&
      typed.every(
        (number, i) =>
          verdicts[i] !== "wrong" || ["ok", "rounded"].includes(judge(number, values[i])),
      )
    );
  });
  return { verdict, why: verdict === "wrong" && found ? found[1] : "" };
}
