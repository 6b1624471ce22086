import type { ComponentChildren } from 'preact';
import { grouped, sumYuan } from '../figures.js';
import { linkIn, type Setting } from '../page.js';
import type { Column } from '../table.js';

/** Terms with what is said of them; what nothing is said of is left out. */
export function Facts({ facts }: { facts: readonly (readonly [term: string, said: ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {facts
        .filter(([, said]) => said !== null && said !== undefined && said !== false && said !== '')
        .map(([term, said]) => (
          <Fact key={term} head={term}>
            {said}
          </Fact>
        ))}
    </dl>
  );
}

/** One term with what is said of it, inside `<dl class="facts">`. */
export function Fact({ head, children }: { head: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{head}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function Proof({ setting, book, seq }: { setting: Setting; book: string; seq: number }) {
  return (
    <a class="proof" href={linkIn(setting, `/verify/${book}/${seq}`)}>
      {setting.say(`第 ${seq} 号记录`, `entry ${seq}`)}
    </a>
  );
}

/** Amounts, with the sum of those that count below them. */
export function amountColumn(
  { say }: Setting,
  counting: readonly { amount: string }[],
): Required<Column<{ amount: string }>> {
  return {
    head: say('金额（元）', 'Yuan'),
    isNumber: true,
    cell: ({ amount }) => grouped(amount),
    total: grouped(sumYuan(counting)),
  };
}

interface SectionProps {
  id: string;
  title: string;
  note?: string;
  children: ComponentChildren;
}

export function Section({ id, title, note, children }: SectionProps) {
  return (
    <section aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {note !== undefined && <span class="quiet">{note}</span>}
      </header>
      {children}
    </section>
  );
}
