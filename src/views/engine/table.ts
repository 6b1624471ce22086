import { type EntitySchema, UnderscoreNamingStrategy } from '@mikro-orm/core';

/** Values of the key columns after `book`, in their order. */
export type RowKey = readonly (string | number)[];

interface Column {
  property: string;
  name: string;
}

const naming = new UnderscoreNamingStrategy();

/**
 * A table of a view, as its MikroORM entity describes it. Every row belongs to one book, and `book` is the first column of
 * the key. Rows are plain objects, so that the same reducer works on rows of the database and on rows in memory.
 */
export class Table<Row extends object> {
  /** Only for the type: no value is ever here. */
  declare readonly rowType?: Row;
  readonly name: string;
  readonly columns: readonly Column[];
  /** Properties of the key after `book`. */
  readonly key: readonly string[];

  constructor(readonly entity: EntitySchema) {
    const { tableName, properties } = entity.meta;
    this.name = tableName;
    const names = Object.keys(properties);
    this.columns = names.map((property) => ({ property, name: naming.propertyToColumnName(property) }));
    this.key = names.filter((property) => property !== 'book' && properties[property]?.primary === true);
  }

  keyOf(row: object): RowKey {
    const values = row as Record<string, string | number>;
    return this.key.map((property) => values[property] ?? '');
  }

  columnsOf(properties: readonly string[]): string[] {
    return this.columns.filter(({ property }) => properties.includes(property)).map(({ name }) => name);
  }
}

export function tableOf<Row extends object>(entity: EntitySchema<Row>): Table<Row> {
  return new Table<Row>(entity as unknown as EntitySchema);
}
