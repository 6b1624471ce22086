export const ROLES = ['clerk', 'reviewer', 'auditor', 'publisher', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who sends a request, as the token says. */
export interface Caller {
  /** Stands in every event that this caller makes. */
  actor: string;
  role: Role;
  /** Code prefixes: `6401` covers 640100, 640121 and all that lies in them. */
  divisions: string[];
}

export function isWithinScope(caller: Caller, code: string): boolean {
  return caller.divisions.some((prefix) => code.startsWith(prefix));
}
