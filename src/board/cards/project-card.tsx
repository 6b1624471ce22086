import type { Line } from '../../disclosure/lines.js';
import type { ProjectLife } from '../../disclosure/project-life.js';
import { accountId, accountKind } from '../../domain/account.js';
import type { DivisionCode } from '../../domain/division.js';
import { STAGES } from '../../domain/kinds.js';
import { formatYuan, parseYuan, type Yuan } from '../../domain/money.js';
import type { ProjectDetail } from '../../views/projects/projects-query.js';
import { grouped } from '../figures.js';
import { linkIn, type Setting } from '../page.js';
import { Table } from '../table.js';
import { ASSET_CLASS_WORDS, FUND_LEVEL_WORDS, holderWords, placeName, STAGE_WORDS, wordOf } from '../words.js';
import { amountColumn, Facts, Proof, Section } from './card-parts.js';

export interface ProjectCardProps {
  setting: Setting;
  division: DivisionCode;
  book: string;
  project: ProjectDetail;
  documents: readonly string[];
  life: ProjectLife;
  notices: readonly Line<'notice'>[];
}

/** A project from the library to what it became. */
export function ProjectCard(props: ProjectCardProps) {
  const { setting, life } = props;
  const { say } = setting;
  return (
    <>
      <div class="split">
        <section aria-label={say('基本情况', 'Facts')}>
          <ProjectFacts {...props} />
        </section>
        <section aria-labelledby="life">
          <header>
            <h2 id="life">{say('进度', 'Its life')}</h2>
          </header>
          <Life {...props} />
        </section>
      </div>
      <Section id="in" title={say('钱从哪里来', 'Money that came')}>
        <MoneyIn {...props} />
      </Section>
      <Section id="payments" title={say('付给了谁', 'Paid to whom')}>
        <Payments {...props} />
        {life.hasMorePayments && (
          <p class="quiet">
            {say('这里列出最早的 50 笔，合计是全部支付。', 'The first 50 are listed here; the sum is of all payments.')}
          </p>
        )}
      </Section>
      {life.paidOut.length > 0 && (
        <Section id="paid" title={say('从项目发放的补贴', 'Subsidies paid out of it')}>
          <PaidOut {...props} />
        </Section>
      )}
      <Section id="made" title={say('形成的资产', 'Assets it became')}>
        <Made {...props} />
      </Section>
      <Notices {...props} />
    </>
  );
}

function ProjectFacts({ setting, book, project, documents }: ProjectCardProps) {
  const { say } = setting;
  const yuan = (amount: string) => (
    <span class="num">
      {grouped(amount)} {say('元', 'yuan')}
    </span>
  );
  return (
    <Facts
      facts={[
        [say('类别', 'Category'), project.category],
        [say('实施地点', 'Place'), placeName(project.division)],
        [say('责任单位', 'Responsible unit'), project.responsibleUnit],
        [say('计划投资', 'Planned'), yuan(project.plannedAmount)],
        [say('已安排', 'Allocated'), yuan(project.allocatedAmount)],
        [say('已支付', 'Paid'), yuan(paidFor(project))],
        [say('发放补贴', 'Paid out'), project.paidOutAmount === '0.00' ? '' : yuan(project.paidOutAmount)],
        [say('待支付', 'Unspent'), yuan(project.unspentAmount)],
        [say('转为资产', 'Became assets'), yuan(project.capitalisedAmount)],
        [say('文号', 'Documents'), documents.join('、')],
        [say('编号', 'Id'), project.id],
        [say('核对', 'Proof'), <Proof setting={setting} book={book} seq={project.entry.seq} />],
      ]}
    />
  );
}

/** Each stage once, in order; those to come are there too, so that one sees how far it is. */
function Life({ setting, book, project }: ProjectCardProps) {
  const { say, lang } = setting;
  const reached = new Map(
    project.stages.filter(({ reversedBy }) => reversedBy === null).map((step) => [step.stage as string, step]),
  );
  const steps = [
    { stage: 'registered', seq: project.entry.seq, date: project.entry.effectiveDate },
    ...STAGES.map((stage) => {
      const step = reached.get(stage);
      return { stage, seq: step?.seq, date: step?.effectiveDate };
    }),
  ];
  return (
    <ol class="life">
      {steps.map(({ stage, seq, date }) => (
        <li key={stage} class={seq === undefined ? 'ahead' : undefined}>
          <strong>{wordOf(STAGE_WORDS, stage, lang)}</strong>{' '}
          {seq === undefined ? (
            <span class="quiet">{say('尚未到', 'not yet')}</span>
          ) : (
            <>
              <span class="quiet">{date}</span> <Proof setting={setting} book={book} seq={seq} />
            </>
          )}
        </li>
      ))}
    </ol>
  );
}

function MoneyIn({ setting, division, book, life }: ProjectCardProps) {
  const { say, lang } = setting;
  return (
    <Table
      columns={[
        {
          head: say('资金', 'Fund'),
          cell: ({ fund, fundName }) => (
            <a href={linkIn(setting, `/board/${division}/funds/${book}/${fund}`)}>{fundName}</a>
          ),
        },
        { head: say('层级', 'Level'), cell: ({ level }) => wordOf(FUND_LEVEL_WORDS, level, lang) },
        { head: say('从', 'From'), cell: ({ from }) => holderWords(from, lang) },
        amountColumn(setting, life.moneyIn),
      ]}
      rows={life.moneyIn}
      keyOf={({ fund, from }) => `${fund} ${from}`}
      totals={say('合计', 'In all')}
      empty={say('还没有安排资金。', 'No money has come yet.')}
    />
  );
}

/** All that was paid of it, without what was taken back, however many payments are listed. */
function paidFor({ paidCapitalAmount, paidExpenseAmount }: ProjectDetail): Yuan {
  return formatYuan(parseYuan(paidCapitalAmount) + parseYuan(paidExpenseAmount));
}

function Payments({ setting, book, project, life }: ProjectCardProps) {
  const { say } = setting;
  return (
    <Table
      columns={[
        { head: say('收款方', 'Payee'), cell: ({ payee }) => payeeWords(payee, setting) },
        {
          head: say('用途', 'For'),
          cell: ({ kind }) => (kind === 'capital' ? say('建设', 'Capital') : say('费用', 'Expense')),
        },
        { head: say('日期', 'Date'), cell: ({ date }) => date },
        { ...amountColumn(setting, life.payments), total: grouped(paidFor(project)) },
        { head: say('核对', 'Proof'), cell: ({ seq }) => <Proof setting={setting} book={book} seq={seq} /> },
      ]}
      rows={life.payments}
      keyOf={({ seq }) => String(seq)}
      isGone={({ reversed }) => reversed}
      totals={say('合计', 'In all')}
      empty={say('还没有支付。', 'Nothing was paid yet.')}
    />
  );
}

function PaidOut({ setting, division, life }: ProjectCardProps) {
  const { say } = setting;
  return (
    <Table
      columns={[
        {
          head: say('补贴政策', 'Policy'),
          cell: ({ policy }) => (
            <a href={linkIn(setting, `/board/${division}/payouts`, { category: policy })}>{policy}</a>
          ),
        },
        amountColumn(setting, life.paidOut),
      ]}
      rows={life.paidOut}
      keyOf={({ policy }) => policy}
      totals={say('合计', 'In all')}
      empty=""
    />
  );
}

function Made({ setting, division, book, life }: ProjectCardProps) {
  const { say, lang } = setting;
  return (
    <Table
      columns={[
        {
          head: say('资产', 'Asset'),
          cell: ({ id, name }) => <a href={linkIn(setting, `/board/${division}/assets/${book}/${id}`)}>{name}</a>,
        },
        { head: say('类别', 'Class'), cell: (asset) => wordOf(ASSET_CLASS_WORDS, asset.class, lang) },
        { head: say('地点', 'Place'), cell: (asset) => placeName(asset.division) },
        { ...amountColumn(setting, life.assets), head: say('价值（元）', 'Value, yuan') },
        { head: say('核对', 'Proof'), cell: ({ seq }) => <Proof setting={setting} book={book} seq={seq} /> },
      ]}
      rows={life.assets}
      keyOf={({ id }) => id}
      totals={say('合计', 'In all')}
      empty={say('还没有形成资产。', 'No asset has come of it yet.')}
    />
  );
}

function Notices({ setting, division, notices }: ProjectCardProps) {
  const { say } = setting;
  if (notices.length === 0) return null;
  return (
    <Section id="notices" title={say('它的公告公示', 'Its notices')}>
      <ul class="results">
        {notices.map(({ book, id, title, facts }) => (
          <li key={id}>
            <span class="tag">{facts.place}</span>
            <a href={linkIn(setting, `/board/${division}/notices/${book}/${id}`)}>{title}</a>
            <span class="quiet">
              {facts.publicFrom} — {facts.publicTo}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** A payee is a company by its name, or a household by its id, which says nothing to a reader. */
function payeeWords(payee: string, { say }: Setting): string {
  return accountKind(payee) === 'beneficiary'
    ? say(`农户（编号 ${accountId(payee).slice(0, 8)}）`, `Household ${accountId(payee).slice(0, 8)}`)
    : payee;
}
