// The functions of the vocabulary of numbers (engine/spelling.py) that JavaScript lacks, with the
// results of NumPy, for the program of the page.

const fmod = (x, y) => x % y;
const isNegative = (x) => x < 0 || Object.is(x, -0);
const copysign = (x, y) => (isNegative(y) ? -Math.abs(x) : Math.abs(x));

// JavaScript's ** gives NaN for a power of 1 and for (-1) ** Infinity.
function power(x, n) {
  if (x === 1 || (x === -1 && Math.abs(n) === Infinity)) return 1;
  return x ** n;
}

// The remainder has the sign of y, the quotient is whole (npy_divmod in NumPy's npy_math).
function divmod(x, y) {
  let rest = x % y;
  if (y === 0) return [x / y, rest];
  let quotient = (x - rest) / y;
  if (rest === 0) rest = copysign(0, y);
  else if (y < 0 !== rest < 0) {
    rest += y;
    quotient -= 1;
  }
  if (quotient === 0) return [copysign(0, x / y), rest];
  const whole = Math.floor(quotient);
  return [quotient - whole > 0.5 ? whole + 1 : whole, rest];
}

const floorDivide = (x, y) => divmod(x, y)[0];
const remainder = (x, y) => divmod(x, y)[1];

// The nearest whole number; of two equally near ones the even one.
function rint(x) {
  const below = Math.floor(x);
  const middle = x - below === 0.5;
  return middle ? 2 * Math.round(below / 2) : Math.round(x);
}

// 2/√π e^(-x²) (x + 2x³/3 + 4x⁵/15 + ...): all terms have one sign, so no digits cancel.
function erfNearZero(x) {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

// e^(-x²)/√π divided by x + (1/2)/(x + (2/2)/(x + (3/2)/(x + ...))): fast for x from 1 on.
function erfcFarOut(x) {
  let tail = x;
  for (let n = 300; n > 0; n -= 1) tail = x + n / 2 / tail;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / tail;
}

function erf(x) {
  return Math.abs(x) < 2 ? erfNearZero(x) : Math.sign(x) * (1 - erfcFarOut(Math.abs(x)));
}

function erfc(x) {
  if (x < 1) return 1 - erf(x);
  return erfcFarOut(x);
}
