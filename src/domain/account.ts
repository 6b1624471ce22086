/**
 * Accounts are strings `kind` or `kind:<id>`:
 *
 *   source:<fund>        where a fund comes from; the only account that is ever negative
 *   bureau               not yet allocated
 *   department:<code>    held by a department
 *   pool:<id>            integrated for joint use
 *   project:<id>         allocated to a project, unspent
 *   transit:<book>       dispatched to a lower bureau
 *   wip:<project>        capital spending, work in progress
 *   expense:<project>    spent as expense
 *   paid:<policy>        paid out to beneficiaries
 *   asset:<id>           standing in an asset
 *   income:<asset>       what an asset earned, not yet shared
 *   collective:<division> held by the collective of a village or town, 村集体
 */
export type Account = string;

/**
 * A holder can be named by a caller: `bureau`, `department:<code>`, `pool:<id>`, `project:<id>`, `income:<asset>`,
 * `collective:<division>`.
 */
export type Holder = string;

export const HOLDER_PATTERN =
  /^(?:bureau|(?:department|pool|project|income):[A-Za-z0-9._-]{1,64}|collective:[1-9]\d{5}(?:\d{3}(?:\d{3})?)?)$/;

export const account = {
  bureau: 'bureau',
  source: (fund: string): Account => `source:${fund}`,
  pool: (id: string): Account => `pool:${id}`,
  project: (id: string): Account => `project:${id}`,
  transit: (book: string): Account => `transit:${book}`,
  wip: (project: string): Account => `wip:${project}`,
  expense: (project: string): Account => `expense:${project}`,
  paid: (policy: string): Account => `paid:${policy}`,
  asset: (id: string): Account => `asset:${id}`,
  income: (asset: string): Account => `income:${asset}`,
} as const;

export function accountKind(name: Account): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(0, colon);
}

export function accountId(name: Account): string {
  return name.slice(name.indexOf(':') + 1);
}

export function mayBeNegative(name: Account): boolean {
  return name.startsWith('source:');
}
