import type { AssetIncome } from '../../disclosure/asset-income.js';
import type { ShownPerson } from '../../disclosure/lines.js';
import type { Owner } from '../../domain/assets/owners.js';
import type { DivisionCode } from '../../domain/division.js';
import { sankeyOf } from '../../drawing/trace-sankey.js';
import type { AssetDetail } from '../../views/assets/assets-query.js';
import type { Trace } from '../../views/trace/trace.js';
import { grouped } from '../figures.js';
import { Drawing } from '../money-flow.js';
import { Kept, linkIn, type Setting } from '../page.js';
import { Table } from '../table.js';
import { ASSET_CLASS_WORDS, holderWords, OWNER_WORDS, placeName, wordOf } from '../words.js';
import { amountColumn, Facts, Proof, Section } from './card-parts.js';
import { namesIn } from './fund-card.js';

export interface AssetCardProps {
  setting: Setting;
  division: DivisionCode;
  book: string;
  asset: AssetDetail;
  documents: readonly string[];
  projectName: string | undefined;
  trace: Trace;
  income: AssetIncome;
  /** Households that own it, by beneficiary id, masked; without those whose data was erased. */
  persons: ReadonlyMap<string, ShownPerson>;
  /** The day whose owners are asked for; undefined for those now. */
  ownersOn: string | undefined;
}

/** An asset: what it was made of, whose it is, who looks after it, what it earns and who gets that. */
export function AssetCard(props: AssetCardProps) {
  const { setting, division, book, asset, trace } = props;
  const { say } = setting;
  const path = `/board/${division}/assets/${book}/${asset.id}`;
  return (
    <>
      <div class="split">
        <section aria-label={say('基本情况', 'Facts')}>
          <AssetFacts {...props} />
        </section>
        <section aria-labelledby="owners">
          <header>
            <h2 id="owners">{say('所有权人', 'Owners')}</h2>
          </header>
          <Owners {...props} path={path} />
        </section>
      </div>
      <Section id="sources" title={say('用什么钱建的', 'What it was made with')}>
        <Sources {...props} />
        <Drawing
          setting={setting}
          path={`${path}/flow.svg`}
          sankey={sankeyOf(trace)}
          alt={say('资产来源图，资金见上表', 'Where the asset came from; the funds are in the table above')}
        />
      </Section>
      <Section id="income" title={say('收益和分配', 'Income and its sharing')}>
        <Income {...props} />
      </Section>
      <Section id="history" title={say('权属变更', 'Who has owned it')}>
        <History {...props} />
      </Section>
    </>
  );
}

function AssetFacts({ setting, division, book, asset, documents, projectName }: AssetCardProps) {
  const { say, lang } = setting;
  return (
    <Facts
      facts={[
        [
          say('原值', 'Value'),
          <strong class="num">
            {grouped(asset.amount)} {say('元', 'yuan')}
          </strong>,
        ],
        [
          say('状态', 'State'),
          asset.status === 'reversed' ? say('已冲销', 'reversed') : say('在册', 'on the register'),
        ],
        [say('类别', 'Class'), wordOf(ASSET_CLASS_WORDS, asset.class, lang)],
        [say('资产种类', 'Kind'), asset.category],
        [say('地点', 'Place'), placeName(asset.division)],
        [say('取得日期', 'Acquired'), asset.acquiredOn ?? asset.entry.effectiveDate],
        [
          say('来自项目', 'Project'),
          asset.project === null ? (
            say('期初已有', 'Older than the book')
          ) : (
            <a href={linkIn(setting, `/board/${division}/projects/${book}/${asset.project}`)}>
              {projectName ?? asset.project}
            </a>
          ),
        ],
        [say('经营主体', 'Operator'), asset.operator],
        [say('管护人', 'Custodian'), asset.custodian ?? say('未登记', 'not on record')],
        [say('文号', 'Documents'), documents.join('、')],
        [say('编号', 'Id'), asset.id],
        [say('核对', 'Proof'), <Proof setting={setting} book={book} seq={asset.entry.seq} />],
      ]}
    />
  );
}

function Owners(props: AssetCardProps & { path: string }) {
  const { setting, asset, ownersOn, path } = props;
  const { say } = setting;
  const then = ownersAt(asset, ownersOn);
  return (
    <>
      {then === undefined ? (
        <p class="empty">{say(`${ownersOn} 时还没有这项资产。`, `There was no such asset on ${ownersOn}.`)}</p>
      ) : (
        <ul class="owners">
          {then.owners.map((owner) => (
            <li key={`${owner.kind} ${owner.id}`}>
              <span>{ownerName(owner, props)}</span>
              <span class="num">{owner.share === '1' ? say('全部', 'all') : owner.share}</span>
            </li>
          ))}
        </ul>
      )}
      <form class="tools" action={path}>
        <Kept setting={setting} />
        <label>
          {say('看某一天的所有权人', 'Owners on a day')}
          <input type="date" name="on" value={ownersOn} />
        </label>
        <span class="acts">
          <button type="submit">{say('查看', 'Show')}</button>
        </span>
      </form>
    </>
  );
}

function Sources({ setting, division, book, asset, trace }: AssetCardProps) {
  const { say } = setting;
  const names = namesIn(trace, book);
  return (
    <Table
      columns={[
        {
          head: say('资金', 'Fund'),
          cell: ({ fund }) => (
            <a href={linkIn(setting, `/board/${division}/funds/${book}/${fund}`)}>
              {names.get(`source:${fund}`) ?? fund}
            </a>
          ),
        },
        amountColumn(setting, asset.sources),
      ]}
      rows={asset.sources}
      keyOf={({ fund }) => fund}
      totals={say('合计', 'In all')}
      empty={say('已冲销，没有资金。', 'Reversed; no money stands in it.')}
    />
  );
}

function Income({ setting, book, income }: AssetCardProps) {
  const { say, lang } = setting;
  const { received, shared, left, lines, hasMoreLines } = income;
  return (
    <>
      {lines.length > 0 && (
        <p class="figures">
          {say('累计收入', 'Received')} <strong class="num">{grouped(received)}</strong>　{say('已分配', 'Shared')}{' '}
          <strong class="num">{grouped(shared)}</strong>　{say('待分配', 'Not shared yet')}{' '}
          <strong class="num">{grouped(left)}</strong> {say('元', 'yuan')}
        </p>
      )}
      <Table
        columns={[
          {
            head: say('收入或分配', 'Received or shared'),
            cell: ({ facts }) =>
              facts.to === null
                ? say('收入', 'Received')
                : `${say('分配给', 'Shared to')} ${holderWords(facts.to, lang)}`,
          },
          { head: say('期间', 'Period'), cell: ({ facts }) => facts.period ?? '' },
          { head: say('日期', 'Date'), cell: ({ date }) => date },
          { head: say('金额（元）', 'Yuan'), isNumber: true, cell: ({ amount }) => grouped(amount) },
          { head: say('核对', 'Proof'), cell: ({ seq }) => <Proof setting={setting} book={book} seq={seq} /> },
        ]}
        rows={lines}
        keyOf={({ id }) => id}
        isGone={({ status }) => status === 'reversed'}
        empty={say('还没有收益记录。', 'No income is on record.')}
      />
      {hasMoreLines && (
        <p class="quiet">
          {say(
            `这里列出最近的 ${lines.length} 条，上面的合计是全部。`,
            `The latest ${lines.length} are listed here; the sums above are of all.`,
          )}
        </p>
      )}
    </>
  );
}

function History(props: AssetCardProps) {
  const { setting, book, asset } = props;
  const { say, lang } = setting;
  return (
    <ol class="life">
      {asset.ownerships.map(({ seq, effectiveDate, owners, reason, documents, reversedBy }) => (
        <li key={seq} class={reversedBy === null ? undefined : 'ahead'}>
          <strong>{effectiveDate}</strong>{' '}
          {owners
            .map((owner) => [ownerName(owner, props), owner.share === '1' ? '' : owner.share].join(' ').trim())
            .join(lang === 'zh' ? '、' : ', ')}
          <br />
          <span class="quiet">
            {[reason ?? say('登记入账', 'as registered'), documents.join('、')]
              .filter((part) => part !== '')
              .join(' · ')}
            {reversedBy !== null && say(`（已由第 ${reversedBy} 号记录冲销）`, ` (reversed by entry ${reversedBy})`)}
          </span>{' '}
          <Proof setting={setting} book={book} seq={seq} />
        </li>
      ))}
    </ol>
  );
}

/** The last ownership that stood on the day; by business date, since that is when a thing changes hands. */
function ownersAt({ ownerships }: AssetDetail, day: string | undefined): AssetDetail['ownerships'][number] | undefined {
  return ownerships.findLast(
    ({ reversedBy, effectiveDate }) => reversedBy === null && (day === undefined || effectiveDate <= day),
  );
}

/** `村集体 永清村`; a household by its name, as a board shows names. */
function ownerName({ kind, id, name }: Owner, { setting, persons }: AssetCardProps): string {
  const { say, lang } = setting;
  const words = OWNER_WORDS[kind][lang];
  if (kind !== 'household') return `${words} ${name ?? placeName(id)}`;
  const person = persons.get(id);
  return person === undefined
    ? `${words} ${say('（个人信息已删除）', '(personal data erased)')}`
    : `${words} ${person.name} ${person.idNumber}`;
}
