/**
 * Division codes of the National Bureau of Statistics: two digits each for province, city and county, three each for
 * town and village; `640100` is a city, `640121` a county, `640121100` a town, `640121100201` a village.
 */
export type DivisionCode = string;

export const DIVISION_PATTERN = /^[1-9]\d{5}(?:\d{3}(?:\d{3})?)?$/;

export type DivisionLevel = 'province' | 'city' | 'county' | 'town' | 'village';

export const DIVISION_LEVELS: readonly DivisionLevel[] = ['province', 'city', 'county', 'town', 'village'];

/** The part of a code that all divisions below it share: `640100` gives `6401`, `640000` gives `64`. */
export function divisionPrefix(code: DivisionCode): string {
  return code.length > 6 ? code : code.replace(/(?:00){1,2}$/, '');
}

export function isWithin(code: DivisionCode, ancestor: DivisionCode): boolean {
  return code.startsWith(divisionPrefix(ancestor));
}

/** The division and all above it, from the lowest up: village, town, county, city, province. */
export function divisionAndAncestors(code: DivisionCode): DivisionCode[] {
  const county = code.slice(0, 6);
  const codes = [code.slice(0, 12), code.slice(0, 9), county, `${county.slice(0, 4)}00`, `${county.slice(0, 2)}0000`];
  return [...new Set(codes)].filter((candidate) => code.startsWith(divisionPrefix(candidate)));
}
