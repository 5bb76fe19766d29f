// NumPy's functions of numbers that JavaScript lacks, for the program of the page.

const power = (x, n) => (x === 1 ? 1 : x ** n);
const remainder = (x, y) => ((x % y) + y) % y;
const heaviside = (x, atZero) => (x > 0 ? 1 : x === 0 ? atZero : x < 0 ? 0 : NaN);

// To the nearest whole number, and from the middle to the even one.
function rint(x) {
  const below = Math.floor(x);
  const middle = x - below === 0.5;
  return middle ? 2 * Math.round(below / 2) : Math.round(x);
}

// ln(e^x + e^y), without overflow.
function logaddexp(x, y) {
  if (x === y) return x + Math.LN2;
  return Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)));
}

// 2/√π e^(-x²) (x + 2x³/3 + 4x⁵/15 + ...): all terms have one sign, so nothing cancels.
function erfNearZero(x) {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

// e^(-x²)/√π divided by x + (1/2)/(x + (2/2)/(x + (3/2)/(x + ...))): fast for x from 2 on.
function erfcFarOut(x) {
  let tail = x;
  for (let n = 100; n > 0; n -= 1) tail = x + n / 2 / tail;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / tail;
}

function erf(x) {
  return Math.abs(x) < 2 ? erfNearZero(x) : Math.sign(x) * (1 - erfcFarOut(Math.abs(x)));
}

function erfc(x) {
  if (x < 2) return 1 - erf(x);
  return erfcFarOut(x);
}

const normal_cdf = (x) => 0.5 * erfc(-x / Math.SQRT2);
