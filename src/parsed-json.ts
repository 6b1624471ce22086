/** Nothing that a book says is nested nearly as deep. Deeper, what goes through a value level by level comes to an end of its own. */
const DEEPEST = 64;

/** The value of a JSON text; undefined, which is no JSON, where it is none or is nested too deep. */
export function parsedJson(text: string): unknown {
  if (isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
/** Of `[` and `{`, which a bit alone tells apart, as it does `]` and `}`. */
const [OPENS, CLOSES, EITHER] = [0x5b, 0x5d, 0x20];

function isTooDeep(text: string): boolean {
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (isQuoted && sign === BACKSLASH) at += 1;
    else if (sign === QUOTE) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if ((sign & ~EITHER) === CLOSES) depth -= 1;
    else if ((sign & ~EITHER) === OPENS) {
      depth += 1;
      if (depth > DEEPEST) return true;
    }
  }
  return false;
}
