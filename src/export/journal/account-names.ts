import { type Account, accountId, accountKind } from '../../domain/account.js';

/** The five roots that plain-text accounting knows. What has left the book counts as expense. */
const ROOTS: Record<string, string> = {
  source: 'Income',
  bureau: 'Assets',
  department: 'Assets',
  pool: 'Assets',
  project: 'Assets',
  wip: 'Assets',
  asset: 'Assets',
  income: 'Assets',
  collective: 'Assets',
  transit: 'Expenses',
  expense: 'Expenses',
  paid: 'Expenses',
};

/** Makes a component of an account name out of an id; need not tell all ids apart. */
export type Clean = (id: string) => string;

/**
 * Names of a book's accounts in a journal: `<root>:<Kind>:<id>:<fund>`. An id that the format cannot write is cleaned, and
 * where two ids then look alike the later one gets a number: the same events give the same names.
 */
export class AccountNames {
  private readonly components = new Map<string, string>();
  private readonly taken = new Set<string>();
  private readonly names = new Map<string, string>();

  constructor(private readonly clean: Clean) {}

  /** @param onNew is told of a name that was not used before */
  name(account: Account, fund: string, onNew: (name: string) => void): string {
    const key = `${fund} ${account}`;
    const known = this.names.get(key);
    if (known !== undefined) return known;
    const kind = accountKind(account);
    const id = account === kind ? [] : [this.component(accountId(account))];
    const root = ROOTS[kind] ?? 'Equity';
    const name = [root, `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`, ...id, this.component(fund)].join(':');
    this.names.set(key, name);
    onNew(name);
    return name;
  }

  private component(id: string): string {
    const known = this.components.get(id);
    if (known !== undefined) return known;
    const cleaned = this.clean(id);
    let component = cleaned;
    for (let count = 2; this.taken.has(component); count += 1) component = `${cleaned}-${count}`;
    this.taken.add(component);
    this.components.set(id, component);
    return component;
  }
}
