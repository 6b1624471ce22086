import pg from 'pg';

export interface Statement {
  text: string;
  values: unknown[];
}

interface Recording {
  /** Each text once, with the values of the use that lists the most, or the first. */
  statements(): Statement[];
  stop(): void;
}

/** Records what any connection of this process asks of the database, as `pg` sends it. */
export function recordStatements(): Recording {
  const seen = new Map<string, Statement>();
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function (this: pg.Client, ...asked: unknown[]) {
    const statement = statementOf(asked);
    const before = statement && seen.get(statement.text);
    if (statement !== undefined && (before === undefined || listed(statement) > listed(before)))
      seen.set(statement.text, statement);
    return Reflect.apply(query, this, asked);
  } as typeof query;
  return {
    statements: () => [...seen.values()],
    stop: () => {
      pg.Client.prototype.query = query;
    },
  };
}

function listed({ values }: Statement): number {
  return values.reduce<number>((sum, value) => sum + (Array.isArray(value) ? value.length : 0), 0);
}

function statementOf([first, second]: unknown[]): Statement | undefined {
  if (typeof first === 'string') return { text: first, values: Array.isArray(second) ? second : [] };
  if (typeof first !== 'object' || first === null || !('text' in first)) return undefined;
  const { text, values } = first as { text: unknown; values?: unknown };
  if (typeof text !== 'string') return undefined;
  return { text, values: Array.isArray(values) ? values : Array.isArray(second) ? second : [] };
}
