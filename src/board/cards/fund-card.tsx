import { accountId, accountKind } from '../../domain/account.js';
import type { DivisionCode } from '../../domain/division.js';
import { typeLabel } from '../../drawing/trace-labels.js';
import { sankeyOf } from '../../drawing/trace-sankey.js';
import type { FlowItem, FundDetail } from '../../views/funds/fund-query.js';
import type { Trace } from '../../views/trace/trace.js';
import { Bars, byAmount, grouped } from '../figures.js';
import { Drawing } from '../money-flow.js';
import { linkIn, type Setting } from '../page.js';
import { Table } from '../table.js';
import {
  FUND_LEVEL_WORDS,
  FUND_NATURE_WORDS,
  FUND_RESTRICTION_WORDS,
  holderWords,
  placeName,
  wordOf,
} from '../words.js';
import { Facts, Proof, Section } from './card-parts.js';

export interface FundCardProps {
  setting: Setting;
  division: DivisionCode;
  book: string;
  fund: FundDetail;
  documents: readonly string[];
  trace: Trace;
}

/** A fund: what it is, where it stands, how it went there. */
export function FundCard(props: FundCardProps) {
  const { setting, division, book, fund, trace } = props;
  const { say } = setting;
  const names = namesIn(trace, book);
  const where = fund.places
    .filter(({ account }) => accountKind(account) !== 'source')
    .sort(byAmount)
    .map(({ account, amount }) => {
      return { label: holderWords(account, setting.lang, names), amount, href: linkOf(account, props) };
    });
  const path = `/board/${division}/funds/${book}/${fund.id}`;
  return (
    <>
      <FundFacts {...props} />
      <Section id="stands" title={say('钱现在在哪里', 'Where it stands')} note={say('元', 'Yuan')}>
        {where.length > 0 ? <Bars rows={where} /> : <p class="empty">{say('没有余额。', 'Nothing stands.')}</p>}
      </Section>
      <Section
        id="trace"
        title={say('钱的去向', 'Where it went')}
        note={say('直到每一项资产和每一户', 'To each asset and household')}
      >
        <Drawing
          setting={setting}
          path={`${path}/flow.svg`}
          sankey={sankeyOf(trace)}
          alt={say('资金去向图，逐笔见下表', 'Where the fund went; entry by entry in the table below')}
        />
      </Section>
      <Section id="entries" title={say('逐笔流水', 'Entry by entry')}>
        <Flow {...props} names={names} path={path} />
      </Section>
    </>
  );
}

function FundFacts({ setting, division, book, fund, documents }: FundCardProps) {
  const { say, lang } = setting;
  const { origin } = fund;
  return (
    <Facts
      facts={[
        [
          say('收到金额', 'Received'),
          <strong class="num">
            {grouped(fund.registeredAmount)} {say('元', 'yuan')}
          </strong>,
        ],
        [
          say('追加或调减', 'Adjusted by'),
          fund.adjustedAmount === '0.00' ? '' : `${grouped(fund.adjustedAmount)} ${say('元', 'yuan')}`,
        ],
        [say('层级', 'Level'), wordOf(FUND_LEVEL_WORDS, fund.level, lang)],
        [say('性质', 'Nature'), wordOf(FUND_NATURE_WORDS, fund.nature, lang)],
        [say('渠道', 'Channel'), fund.channel],
        [say('预算年度', 'Fiscal year'), fund.fiscalYear],
        [say('支出功能分类', 'Subject'), fund.subject],
        [say('文号', 'Documents'), documents.join('、')],
        [
          say('使用限制', 'Restrictions'),
          fund.restrictions.map((restriction) => wordOf(FUND_RESTRICTION_WORDS, restriction, lang)).join('、'),
        ],
        [
          say('从哪里下达', 'Dispatched from'),
          origin && (
            <a href={linkIn(setting, `/board/${division}/funds/${origin.book}/${origin.fund}`)}>
              {placeName(origin.book)} {origin.fund}
            </a>
          ),
        ],
        [say('入账日期', 'Date'), fund.entry.effectiveDate],
        [
          say('下达下级', 'Dispatches'),
          fund.dispatches.length > 0 && (
            <ul class="bare">
              {fund.dispatches.map(({ dispatch, toBook, amount, state, entry }) => (
                <li key={dispatch}>
                  {placeName(toBook)} <span class="num">{grouped(amount)}</span>{' '}
                  <span class={state === 'arrived' ? 'tag' : state === 'in_transit' ? 'tag warn' : 'tag off'}>
                    {wordOf(DISPATCH_WORDS, state, lang)}
                  </span>{' '}
                  <Proof setting={setting} book={book} seq={entry.seq} />
                </li>
              ))}
            </ul>
          ),
        ],
        [say('编号', 'Id'), fund.id],
        [say('核对', 'Proof'), <Proof setting={setting} book={book} seq={fund.entry.seq} />],
      ]}
    />
  );
}

const DISPATCH_WORDS = {
  in_transit: { zh: '在途', en: 'in transit' },
  arrived: { zh: '已到账', en: 'arrived' },
  reversed: { zh: '已冲销', en: 'reversed' },
};

function Flow(props: FundCardProps & { names: ReadonlyMap<string, string>; path: string }) {
  const { setting, book, fund, names, path } = props;
  const { say, lang } = setting;
  const { entries, next } = fund.flow;
  const place = (account: string) => {
    const name = holderWords(account, lang, names);
    const href = linkOf(account, props);
    return href === undefined ? name : <a href={href}>{name}</a>;
  };
  return (
    <>
      <Table<FlowItem & { part: number }>
        columns={[
          {
            head: say('事项', 'What'),
            cell: ({ type, reverses }) =>
              reverses === null
                ? lang === 'zh'
                  ? typeLabel(type)
                  : type
                : say(`冲销第 ${reverses} 号`, `reverses ${reverses}`),
          },
          { head: say('从', 'From'), cell: ({ from }) => place(from) },
          { head: say('到', 'To'), cell: ({ to }) => place(to) },
          { head: say('金额（元）', 'Yuan'), isNumber: true, cell: ({ amount }) => grouped(amount) },
          { head: say('日期', 'Date'), cell: ({ entry }) => entry.effectiveDate },
          {
            head: say('核对', 'Proof'),
            cell: ({ entry }) => <Proof setting={setting} book={book} seq={entry.seq} />,
          },
        ]}
        rows={entries.map((entry, part) => ({ ...entry, part }))}
        keyOf={({ part }) => String(part)}
        empty={say('没有流水。', 'No entry moves it.')}
      />
      {next !== null && (
        <div class="pages">
          <a class="button" rel="next" href={linkIn(setting, path, { after: next })}>
            {say('下一页', 'Next page')}
          </a>
        </div>
      )}
    </>
  );
}

/** Names of accounts of the book, as the trace found them. */
export function namesIn({ nodes }: Trace, book: string): Map<string, string> {
  return new Map(
    nodes.flatMap((node) =>
      node.book === book && node.ref !== null && node.name !== null ? [[`${node.kind}:${node.ref}`, node.name]] : [],
    ),
  );
}

function linkOf(account: string, { setting, division, book }: FundCardProps): string | undefined {
  const [kind, id] = [accountKind(account), accountId(account)];
  if (kind === 'project' || kind === 'wip' || kind === 'expense')
    return linkIn(setting, `/board/${division}/projects/${book}/${id}`);
  return kind === 'asset' || kind === 'income' ? linkIn(setting, `/board/${division}/assets/${book}/${id}`) : undefined;
}
