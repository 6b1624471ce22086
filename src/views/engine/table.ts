import {
  BigIntType,
  DateTimeType,
  DateType,
  EntitySchema,
  IntegerType,
  JsonType,
  p,
  TextType,
  UnderscoreNamingStrategy,
} from '@mikro-orm/core';

/** Values of the key columns after `book`, in their order. */
export type RowKey = readonly (string | number)[];

/**
 * The book of a row: a code of division, which is all digits. As a number it is compared in one step, where a text is not; it begins every
 * key and index, and all rows of a book have the same.
 */
export const bookColumn = () => p.bigint('string').primary();

const TYPES = [
  [TextType, 'text'],
  [IntegerType, 'integer'],
  [BigIntType, 'bigint'],
  [DateType, 'date'],
  [DateTimeType, 'timestamptz'],
  [JsonType, 'jsonb'],
] as const;

/** In words of PostgreSQL, but `code`: a number there, its digits as a text here. */
export type ColumnType = (typeof TYPES)[number][1] | 'code';

export interface Column {
  property: string;
  name: string;
  type: ColumnType;
}

const naming = new UnderscoreNamingStrategy();

/**
 * A table of a view, as its MikroORM entity describes it. Every row belongs to one book, and `book` is the first column of
 * the key. Rows are plain objects, so that the same reducer works on rows of the database and on rows in memory.
 *
 * What the entity does not say the engine adds: `changed_seq`, the seq of the last event that changed the row, and a twin
 * `<name>_past` with the rows as they stood at the ends of earlier chunks (docs/decisions/row-history.md).
 */
export class Table<Row extends object> {
  /** Only for the type: no value is ever here. */
  declare readonly rowType?: Row;
  readonly name: string;
  readonly pastName: string;
  /** As they are stored: the table and its twin. */
  readonly entity: EntitySchema;
  readonly pastEntity: EntitySchema;
  readonly columns: readonly Column[];
  /** Properties of the key after `book`. */
  readonly key: readonly string[];
  /** Properties that a row keeps for life: those by which rows are found. */
  readonly fixed: ReadonlySet<string>;

  /** @param ofOneEntry by the first value of the key; see `isOfOneEntry` */
  constructor(
    description: EntitySchema,
    private readonly ofOneEntry?: (first: string | number | undefined) => boolean,
  ) {
    const { className, tableName, properties, indexes, uniques } = description.meta;
    this.name = tableName;
    this.pastName = `${tableName}_past`;
    this.entity = withColumn(description, className, tableName, 'changedSeq', { lazy: true });
    this.pastEntity = withColumn(this.entity, `${className}Past`, this.pastName, 'supersededSeq', { primary: true });
    const names = Object.keys(properties);
    this.columns = names.map((property) => ({
      property,
      name: naming.propertyToColumnName(property),
      type: typeOf(`${tableName}.${property}`, properties[property]?.type),
    }));
    this.key = names.filter((property) => property !== 'book' && properties[property]?.primary === true);
    const indexed = [...indexes, ...uniques].flatMap((index) => index.properties ?? []);
    this.fixed = new Set(['book', ...this.key, ...indexed]);
  }

  /** One entry made it, and nothing looks at it again but an entry that speaks of that one: it is not worth keeping. */
  isOfOneEntry(row: object): boolean {
    return this.ofOneEntry?.((row as Record<string, string | number>)[this.key[0] ?? '']) === true;
  }

  isKeyOfOneEntry([first]: RowKey): boolean {
    return this.ofOneEntry?.(first) === true;
  }

  keyOf(row: object): RowKey {
    const values = row as Record<string, string | number>;
    return this.key.map((property) => values[property] ?? '');
  }

  columnsOf(properties: readonly string[]): string[] {
    return this.columns.filter(({ property }) => properties.includes(property)).map(({ name }) => name);
  }
}

export function tableOf<Row extends object>(
  entity: EntitySchema<Row>,
  ofOneEntry?: (first: string | number | undefined) => boolean,
): Table<Row> {
  return new Table<Row>(entity, ofOneEntry);
}

/** An entity names the type of a property by its class, or has one of it. */
function typeOf(property: string, described: unknown): ColumnType {
  if (described instanceof BigIntType && described.mode === 'string') return 'code';
  const found = TYPES.find(([type]) => described === type || described instanceof type);
  if (found === undefined) throw new Error(`${property} has a type that views do not store`);
  return found[1];
}

/** The same columns and one more; checks and indexes belong to the table, where rows are changed and searched. */
function withColumn(
  { meta }: EntitySchema,
  name: string,
  tableName: string,
  property: string,
  options: { lazy: true } | { primary: true },
): EntitySchema {
  const { schema, checks, indexes, uniques } = meta;
  const own = Object.entries(meta.properties).map(([key, value]) => [key, { ...value }] as const);
  return new EntitySchema({
    name,
    tableName,
    properties: { ...Object.fromEntries(own), [property]: { type: 'integer', ...options } },
    ...(schema !== undefined && { schema }),
    ...(tableName === meta.tableName && { checks, indexes, uniques }),
  });
}
