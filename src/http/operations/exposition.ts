/**
 * The text format of Prometheus, version 0.0.4:
 *
 *   # HELP mingzhang_requests_total Answered requests.
 *   # TYPE mingzhang_requests_total counter
 *   mingzhang_requests_total{method="POST",route="/v1/books",status="201"} 3
 *
 * Counters, gauges and cumulative histograms are all that we expose; the one library for it has had no release since 2024.
 */
type Labels = Record<string, string | number>;

interface Cell {
  count: number;
  below: Map<string | number, Cell>;
}

export class Counter {
  /** By the label values, one after another: no text is made of them before somebody asks. */
  private readonly whole: Cell = { count: 0, below: new Map() };

  constructor(
    private readonly name: string,
    private readonly help: string,
    private readonly labels: readonly string[] = [],
  ) {}

  /** @param values one for each label, in order */
  add(values: readonly (string | number)[], count = 1): void {
    let cell = this.whole;
    for (const value of values) {
      let next = cell.below.get(value);
      if (next === undefined) {
        next = { count: 0, below: new Map() };
        cell.below.set(value, next);
      }
      cell = next;
    }
    cell.count += count;
  }

  lines(): string[] {
    const samples = [...counted(this.whole, [])].map(({ values, count }) => {
      const labels = this.labels.map((label, index) => [label, values[index] ?? '']);
      return `${this.name}${labelText(Object.fromEntries(labels))} ${count}`;
    });
    return [...head(this.name, this.help, 'counter'), ...samples];
  }
}

function* counted(cell: Cell, values: (string | number)[]): Generator<{ values: (string | number)[]; count: number }> {
  if (cell.below.size === 0) {
    if (cell.count > 0) yield { values, count: cell.count };
    return;
  }
  for (const [value, below] of cell.below) yield* counted(below, [...values, value]);
}

/** Without labels: one distribution over fixed upper bounds. */
export class Histogram {
  private readonly counts: number[];
  private count = 0;
  private sum = 0;

  constructor(
    private readonly name: string,
    private readonly help: string,
    private readonly bounds: number[],
  ) {
    this.counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    this.count += 1;
    this.sum += value;
    const index = this.bounds.findIndex((bound) => value <= bound);
    if (index >= 0) this.counts[index] = (this.counts[index] ?? 0) + 1;
  }

  lines(): string[] {
    let below = 0;
    const buckets = this.bounds.map((bound, index) => {
      below += this.counts[index] ?? 0;
      return `${this.name}_bucket{le="${bound}"} ${below}`;
    });
    return [
      ...head(this.name, this.help, 'histogram'),
      ...buckets,
      `${this.name}_bucket{le="+Inf"} ${this.count}`,
      `${this.name}_sum ${this.sum}`,
      `${this.name}_count ${this.count}`,
    ];
  }
}

export function gauge(name: string, help: string, values: [Labels, number][]): string[] {
  return [...head(name, help, 'gauge'), ...values.map(([labels, value]) => `${name}${labelText(labels)} ${value}`)];
}

function head(name: string, help: string, type: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(String(value))}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
