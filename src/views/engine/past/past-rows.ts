import type { ClientBase } from 'pg';
import type { StoredRow } from '../row-set.js';
import type { Condition, Listing } from '../row-source.js';
import { beyond, conditionText, nameOf, orderText } from '../stored-row-source.js';
import { exactTypes, keysAsJson, sameKey, selected } from '../stored-rows.js';
import type { RowKey, Table } from '../table.js';

/**
 * The rows of a view of a book as they stood after entry `seq`, which must be one at which a chunk ended, or the very one
 * at which the tables stand. A row never leaves its table, so the table leads to every row in order; where its row has
 * changed since, the twin has the version that stood, the first of those superseded later.
 */
export class PastRows {
  constructor(
    private readonly client: ClientBase,
    private readonly book: string,
    private readonly seq: number,
  ) {}

  /** In one query. */
  load(table: Table<object>, keys: readonly RowKey[]): Promise<StoredRow[]> {
    return this.query(
      `select stood.*
        from json_populate_recordset(null::views.${table.name}, $3::json) as wanted
        join views.${table.name} as t on t.book = $1 and ${sameKey(table, 't', 'wanted')}
        cross join ${stood(table)}`,
      [keysAsJson(table, keys)],
    );
  }

  list<Row extends object>(
    table: Table<Row>,
    { where, orderBy, isDescending, after, limit }: Listing<Row>,
  ): Promise<(Row & StoredRow)[]> {
    const values: unknown[] = [];
    const parameter = (value: unknown) => `$${values.push(value) + 2}`;
    // What a row keeps for life can be looked up in the table, by its indexes.
    const column = (property: string) =>
      table.fixed.has(property) ? `t.${table.columnsOf([property]).join('')}` : `stood."${property}"`;
    const conditions = Object.entries<Condition | undefined>(where ?? {}).flatMap(([property, condition]) =>
      condition === undefined ? [] : [conditionText(column(property), condition, parameter)],
    );
    if (after !== undefined) conditions.push(beyond(orderBy.map(column), after.map(parameter), isDescending));
    const order = orderText(orderBy.map(column), isDescending);
    return this.query(
      `select stood.* from views.${table.name} as t cross join ${stood(table)}
        where ${['t.book = $1', ...conditions].join(' and ')}
        ${order === '' ? '' : `order by ${order}`}${limit === undefined ? '' : ` limit ${parameter(limit)}`}`,
      values,
    );
  }

  private async query<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    const { rows } = await this.client.query({
      ...nameOf(text),
      text,
      values: [this.book, this.seq, ...values],
      types: exactTypes,
    });
    return rows as Row[];
  }
}

/** Of the row `t` the version that stood after entry $2; no row where none did. */
function stood(table: Table<object>): string {
  return `lateral (
          select ${selected(table, 't')} where t.changed_seq <= $2
          union all
          select * from (
            select ${selected(table, 'past')} from views.${table.pastName} as past
            where t.changed_seq > $2 and past.book = $1 and ${sameKey(table, 'past', 't')} and past.superseded_seq > $2
            order by past.superseded_seq limit 1
          ) as first_later where "changedSeq" <= $2
        ) as stood`;
}
