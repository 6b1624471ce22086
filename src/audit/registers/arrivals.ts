import type { BookEvent } from '../../domain/event.js';
import { type Fen, formatYuan } from '../../domain/money.js';
import type { Line } from '../moves.js';
import type { FundRegister } from './funds.js';
import type { Row } from './standing.js';

interface Sum {
  fromBook: string;
  level: string;
  year: number;
  amountFen: Fen;
}

/** What came from other books, by the level and year of the funds. */
export class ArrivalRegister {
  private readonly sums = new Map<string, Sum>();

  constructor(private readonly funds: FundRegister) {}

  /** After the funds themselves. */
  take(event: BookEvent, lines: readonly Line[]): void {
    if (event.type === 'funds.received') this.add(event.data.fromBook, lines, 1n);
    if (event.type === 'entry.reversed' && event.data.type === 'funds.received')
      this.add(event.data.of.fromBook ?? '', lines, -1n);
  }

  *rows(): Iterable<Row> {
    for (const { fromBook, level, year, amountFen } of this.sums.values()) {
      if (amountFen === 0n) continue;
      const fields = () => ({ amount: formatYuan(amountFen), fromBook, level, year });
      yield { key: [fromBook, level, String(year)], fields };
    }
  }

  private add(fromBook: string, lines: readonly Line[], sign: 1n | -1n): void {
    for (const { fund, amountFen } of lines) {
      const { level = '', fiscalYear: year = 0 } = this.funds.find(fund)?.facts ?? {};
      const key = [fromBook, level, year].join('\0');
      const sum = this.sums.get(key) ?? { fromBook, level, year, amountFen: 0n };
      sum.amountFen += sign * BigInt(amountFen);
      this.sums.set(key, sum);
    }
  }
}
