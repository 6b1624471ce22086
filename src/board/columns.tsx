import type { ComponentChildren } from 'preact';
import { type LineColumn, lineColumns } from '../disclosure/files/line-columns.js';
import type { LineKind } from '../disclosure/lines.js';
import type { PublishedLine } from '../disclosure/published-lines.js';
import { formatYuan, parseYuan } from '../domain/money.js';
import { Proof } from './cards/card-parts.js';
import { grouped } from './figures.js';
import { linkIn, type Setting } from './page.js';
import type { Column } from './table.js';
import { periodWords } from './words.js';

/** Of the columns of the files, by their English heads, those that a page has room for; notices are shown as cards. */
const SHOWN: Partial<Record<LineKind, readonly string[]>> = {
  fund: ['Fund', 'Level', 'Nature', 'Documents', 'Year', 'Amount', 'Date'],
  allocation: ['To', 'Fund', 'Level', 'Documents', 'Place', 'Amount', 'Date'],
  integration: ['Pool', 'Fund', 'Level', 'Amount', 'Date'],
  project: ['Project', 'Category', 'Place', 'Responsible unit', 'Stage', 'Planned', 'Allocated', 'Paid'],
  payout: ['Household', 'ID number', 'Policy', 'Period', 'Place', 'Amount', 'Date'],
  asset: ['Asset', 'Class', 'Place', 'Owners', 'Custodian', 'Value', 'Income so far'],
  income: ['Asset', 'Received or shared', 'Shared to', 'Period', 'Place', 'Amount', 'Date'],
};
/** Those that hold the amount of the line, which a page sums. */
const AMOUNTS: ReadonlySet<string> = new Set(['Amount', 'Allocated', 'Value']);

/** What a file has in columns of their own. */
const PAID: LineColumn<'project'> = {
  zh: '已支付(元)',
  en: 'Paid',
  kind: 'yuan',
  value: ({ facts }) =>
    formatYuan(parseYuan(facts.paidCapital) + parseYuan(facts.paidExpense) + parseYuan(facts.paidOut)),
};

interface Shown<Kind extends LineKind> {
  line: PublishedLine<Kind>;
  /** As the files have it. */
  value: string | null;
  setting: Setting;
  /** The division whose page it is. */
  within: string;
}
type Cell<Kind extends LineKind> = (shown: Shown<Kind>) => ComponentChildren;

/** Where a page leads on or marks what the files only tell. */
const CELLS: { [Kind in LineKind]: Partial<Record<string, Cell<Kind>>> } = {
  fund: { Fund: titled('funds') },
  allocation: {
    To: ({ line: { book, facts }, value, ...at }) =>
      facts.project === null ? value : linkTo(at, `projects/${book}/${facts.project}`, facts.projectName),
    Fund: ({ line: { book, facts }, value, ...at }) => linkTo(at, `funds/${book}/${facts.fund}`, value),
  },
  integration: {
    Fund: ({ line: { book, facts }, value, ...at }) => linkTo(at, `funds/${book}/${facts.fund}`, value),
  },
  project: { Project: titled('projects'), Stage: ({ value }) => <span class="tag">{value}</span> },
  payout: {
    Household: ({ line, value, setting }) => (
      <>
        {value ?? setting.say('（个人信息已删除）', '(personal data erased)')}
        <Gone line={line} setting={setting} />
      </>
    ),
    Period: inWords,
  },
  asset: { Asset: titled('assets') },
  income: {
    Asset: ({ line: { book, facts }, value, ...at }) => linkTo(at, `assets/${book}/${facts.asset}`, value),
    Period: inWords,
    'Received or shared': ({ line: { facts }, value }) => (
      <span class={facts.to === null ? 'tag' : 'tag warn'}>{value}</span>
    ),
  },
  notice: {},
};

/** The columns of a list, and last the way to the proof; `total` stands below the amounts. */
export function columnsOf<Kind extends LineKind>(
  kind: Kind,
  setting: Setting,
  within: string,
  total: ComponentChildren,
): Column<PublishedLine<Kind>>[] {
  const known = new Map<string, LineColumn<Kind>>(
    [...lineColumns(kind), ...(kind === 'project' ? [PAID as LineColumn<Kind>] : [])].map((one) => [one.en, one]),
  );
  const columns = (SHOWN[kind] ?? []).map((name) => {
    const column = known.get(name);
    const cell: Cell<Kind> | undefined = CELLS[kind][name];
    if (column === undefined) throw new Error(`no column of a ${kind} is called ${name}`);
    return columnOf(column, setting, within, cell, AMOUNTS.has(name) ? total : undefined);
  });
  const proof: Column<PublishedLine<Kind>> = {
    head: setting.say('核对', 'Proof'),
    cell: ({ book, seq }) => <Proof setting={setting} book={book} seq={seq} />,
  };
  return [...columns, proof];
}

function columnOf<Kind extends LineKind>(
  { zh, en, kind, value }: LineColumn<Kind>,
  setting: Setting,
  within: string,
  cell: Cell<Kind> | undefined,
  total: ComponentChildren,
): Column<PublishedLine<Kind>> {
  const { lang, say } = setting;
  return {
    head: say(zh.replace('(元)', '（元）'), kind === 'yuan' ? `${en}, yuan` : en),
    isNumber: kind !== 'text',
    cell: (line) => {
      const given = value(line, lang);
      const text = given === null || given === '' ? null : String(given);
      if (cell !== undefined) return cell({ line, value: text, setting, within });
      return kind === 'yuan' && text !== null ? grouped(text) : text;
    },
    ...(total !== undefined && { total }),
  };
}

/** `2019-H1` as people say it. */
function inWords<Kind extends LineKind>({ value, setting: { lang } }: Shown<Kind>): ComponentChildren {
  return value === null ? null : periodWords(value, lang);
}

function titled<Kind extends LineKind>(tab: string): Cell<Kind> {
  return ({ line, value, setting, within }) => (
    <>
      {linkTo({ setting, within }, `${tab}/${line.book}/${line.id}`, value)}
      <Gone line={line} setting={setting} />
    </>
  );
}

function linkTo({ setting, within }: { setting: Setting; within: string }, path: string, text: string | null) {
  return <a href={linkIn(setting, `/board/${within}/${path}`)}>{text}</a>;
}

function Gone({ line, setting }: { line: { status: string }; setting: Setting }) {
  return line.status === 'reversed' ? <span class="tag off">{setting.say('已冲销', 'reversed')}</span> : null;
}
