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

export class Counter {
  /** By the label values, joined; their text is made only when somebody asks. */
  private readonly values = new Map<string, number>();

  constructor(
    private readonly name: string,
    private readonly help: string,
    private readonly labels: readonly string[] = [],
  ) {}

  /** @param values one for each label, in order */
  add(values: readonly (string | number)[], count = 1): void {
    const key = values.join('\n');
    this.values.set(key, (this.values.get(key) ?? 0) + count);
  }

  lines(): string[] {
    const samples = [...this.values].map(([key, value]) => {
      const values = key.split('\n');
      return `${this.name}${labelText(Object.fromEntries(this.labels.map((label, index) => [label, values[index] ?? ''])))} ${value}`;
    });
    return [...head(this.name, this.help, 'counter'), ...samples];
  }
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
