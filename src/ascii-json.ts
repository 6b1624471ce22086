const BEYOND_ASCII = /[^\0-\x7f]/g;

/** The value as JSON in characters of ASCII alone, so that whatever is put together with it has one byte a character. */
export function asciiJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (json.search(BEYOND_ASCII) < 0) return json;
  // What `replace` gives has two bytes a character.
  return Buffer.from(json.replace(BEYOND_ASCII, escaped), 'latin1').toString('latin1');
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
