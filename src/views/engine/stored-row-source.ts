import type { EntityManager, FilterQuery } from '@mikro-orm/postgresql';
import type { Condition, Listing, RowSource, Value } from './row-source.js';
import type { RowKey, Table } from './table.js';

type Filter = FilterQuery<object>;

/** The rows in the tables, through MikroORM. */
export class StoredRowSource implements RowSource {
  constructor(
    private readonly em: EntityManager,
    private readonly book: string,
  ) {}

  async one<Row extends object>(table: Table<Row>, key: RowKey): Promise<Row | undefined> {
    const where = {
      book: this.book,
      ...Object.fromEntries(table.key.map((property, index) => [property, key[index]])),
    };
    const row = await this.em.findOne(table.entity, where as Filter, { disableIdentityMap: true });
    return (row as Row | null) ?? undefined;
  }

  async list<Row extends object>(table: Table<Row>, { where, orderBy, after, limit }: Listing<Row>): Promise<Row[]> {
    const filters = Object.entries<Condition | undefined>(where ?? {}).flatMap(([property, condition]) =>
      condition === undefined ? [] : [{ [property]: filterOf(condition) }],
    );
    const rows = await this.em.find(
      table.entity,
      { $and: [{ book: this.book }, ...filters, ...(after === undefined ? [] : [beyond(orderBy, after)])] } as Filter,
      { orderBy: orderBy.map((property) => ({ [property]: 'asc' as const })), limit, disableIdentityMap: true },
    );
    return rows as Row[];
  }
}

function filterOf(condition: Condition): unknown {
  if (typeof condition !== 'object') return condition;
  if ('startsWith' in condition) return { $like: `${condition.startsWith.replace(/[\\%_]/g, '\\$&')}%` };
  if ('in' in condition) return { $in: condition.in };
  return { $ne: condition.not };
}

/** (a, b) > (x, y), as a >= x and (a > x or b > y), which an index on (a, b) serves. */
function beyond(orderBy: readonly string[], after: readonly Value[]): object {
  const [property = '', ...rest] = orderBy;
  const [value, ...values] = after;
  if (rest.length === 0) return { [property]: { $gt: value } };
  return { $and: [{ [property]: { $gte: value } }, { $or: [{ [property]: { $gt: value } }, beyond(rest, values)] }] };
}
