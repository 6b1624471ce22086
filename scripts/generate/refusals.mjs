import { REFUSALS } from '../../dist/domain/refusal.js';
import { inBoth } from '../../dist/domain/words.js';
import { OWN_RULES } from '../../dist/http/openapi/refusals-of.js';
import { HTTP_PROBLEMS } from '../../dist/http/problems/problem.js';
import { refusalStatus } from '../../dist/http/problems/problem-of.js';

// Of each kind, where it is posted below /v1/books.
const ROUTES = {
  book: '',
  fund: '/{book}/funds',
  adjustment: '/{book}/funds/{fund}/adjustments',
  allocation: '/{book}/allocations',
  integration: '/{book}/integrations',
  dispatch: '/{book}/dispatches',
  arrival: '/{book}/arrivals',
  project: '/{book}/projects',
  stage: '/{book}/projects/{project}/stages',
  payment: '/{book}/payments',
  beneficiary: '/{book}/beneficiaries',
  payout: '/{book}/payouts',
  asset: '/{book}/assets',
  ownership_change: '/{book}/assets/{asset}/ownership-changes',
  income: '/{book}/assets/{asset}/incomes',
  notice: '/{book}/notices',
  notice_evidence: '/{book}/notices/{notice}/evidence',
  notice_withdrawal: '/{book}/notices/{notice}/withdrawals',
  objection: '/{book}/objections, without a token below /v1/disclosure/books',
  objection_answer: '/{book}/objections/{objection}/answers',
  reversal: '/{book}/reversals',
  closing: '/{book}/periods/{period}/closings',
};

/** docs/refusals.md: every code with its status, and the order in which the rules of each kind are asked. */
export default async function refusals() {
  const kinds = Object.keys(OWN_RULES);
  const missing = kinds.filter((kind) => ROUTES[kind] === undefined);
  if (missing.length > 0) throw new Error(`no route is known for ${missing.join(', ')}`);
  const rules = Object.entries(REFUSALS).map(([code, words]) => ({
    code,
    status: refusalStatus(code),
    meaning: inBoth(words),
  }));
  const http = Object.entries(HTTP_PROBLEMS).map(([code, { status, ...words }]) => ({
    code,
    status,
    meaning: inBoth(words),
  }));
  return `<!-- Made by \`npm run generate\` from src/domain/refusal.ts and src/http/; not to be edited. -->
# Refusals

A request that is not answered with what it asked for is answered with \`application/problem+json\` (RFC 9457). Its \`code\` never
changes its meaning; \`title\` and \`detail\` are for people, in Chinese and then in English, and may. A refusal records nothing: its Idempotency-Key is not used up.

\`\`\`json
{"type":"urn:mingzhang:problem:insufficient_balance","title":"${inBoth(REFUSALS.insufficient_balance)}","status":422,
 "detail":"${REFUSALS.insufficient_balance.zh} bureau holds 10.00 of fund F-1, less than 12.00.","code":"insufficient_balance","field":"lines[0].amount",
 "account":"bureau","fund":"F-1","available":"10.00"}
\`\`\`

## By a rule of the ledger

\`field\` is the path of the field in the body, \`entries\` are seqs of this book that stand in the way.

${table(rules)}

## By the interface

${table(http)}

## The order of the checks

Where several rules are broken the first of them answers. The interface comes before the ledger: token, role and division, then
Idempotency-Key and the form of the body. Then every posting is asked, in this order: \`book_unknown\` (not where a book is opened),
\`effective_date_in_future\`, \`period_closed\`, \`personal_data_in_text\`; then the rules of its kind; at last \`event_too_large\`, on the
entry as it would be recorded.

| kind | \`POST /v1/books…\` | rules of its kind, in order |
|---|---|---|
${kinds.map((kind) => `| ${kind} | ${ROUTES[kind] === '' ? '' : `\`${ROUTES[kind]}\``} | ${OWN_RULES[kind].join(', ')} |`).join('\n')}

The tests climb each of these ladders (\`test/domain/refusals.test.ts\`).
`;
}

function table(rows) {
  const lines = rows.map(({ code, status, meaning }) => `| \`${code}\` | ${status} | ${meaning} |`);
  return ['| code | status | meaning |', '|---|---|---|', ...lines].join('\n');
}
