/**
 * What an audit and a replay say was expected or found, and what is said to be wrong with keys, notes and receipts, in Chinese, by how
 * it is said in English. A `…` stands for what varies; the `$1` of the Chinese is the first of these. A test holds that each phrase of
 * theirs stands here.
 */
const CHINESE: readonly (readonly [english: string, chinese: string])[] = [
  ...([
    ['nothing', '无'],
    ['nothing by name', '不应指名'],
    ['nothing by name, perhaps …', '可以指名 $1'],
    ['…, perhaps …', '$1,还可有 $2'],
    ['none', '无'],
    ['others', '与先前不同'],
    ['no more', '不再有'],
    ['a row', '一行'],
    ['a line', '一行'],
    ['it to be there', '应有此字段'],
    ['no such field', '不应有此字段'],
    ['an object', '一个对象'],
    ['a list of … or more', '至少 $1 项的列表'],
    ['a whole number from … to …', '$1 至 $2 的整数'],
    ['one of …', '下列之一'],
    ['it before … (RFC 8785)', '应排在 $1 之前'],
    ['it after …', '排在 $1 之后'],
    ['a known type', '已知的类型'],
    ['at most … bytes', '至多 $1 字节'],
    ['canonical form (RFC 8785)', '规范形式'],
    ['canonical form …', '规范形式'],
    ['a division code', '区划代码'],
    ['a holder', '资金持有方'],
    ['an account', '科目'],
    ['yuan above zero with two decimals', '大于零、两位小数的元'],
    ['yuan with two decimals, not zero', '不为零、两位小数的元'],
    ['a share', '份额'],
    ['an idempotency key', '请求编号'],
    ['an id of letters, digits, ., _ and -', '由字母、数字和 . _ - 组成的编号'],
    ['text on one line', '单行文字'],
    ['text on one line without spaces, its brackets 〔〕', '不含空格、括号为〔〕的单行文字'],
    ['each document once', '每个文号一次'],
    ['a day from … to …', '$1 至 $2 之间的日期'],
    ['SHA-256 in lower-case hex', '小写十六进制的 SHA-256'],
    ['a day of the calendar', '日历上的一天'],
    ['days of the calendar', '日历上的日期'],
    ['an instant in UTC with milliseconds', '带毫秒的 UTC 时刻'],
    ['a month', '月份'],
  ] as const),
  // The log and the file.
  ...([
    ['a signature by …', '由此公钥签名'],
    ['one that names … and is not of that key', '自称由此公钥签名,但与内容或公钥不符'],
    ['signatures that name …', '签名所称的是别的公钥'],
    ['… signatures', '$1 个签名'],
    ['a signed checkpoint (…)', '一个签名的检查点'],
    ['the origin …', '这本账的日志名称'],
    ['the root … of … entries', '前 $2 笔的树根'],
    ['at least the … entries of the earlier checkpoint', '至少有先前检查点的 $1 笔'],
    ['no such hash in a log of … entries', '$1 笔的日志没有这个哈希'],
    ['a hash of …', '别处的哈希'],
    ['…, the size of the checkpoint before it', '$1,即前一个检查点的笔数'],
    ['entry …: a checkpoint signs … entries', '第 $1 号记录,检查点签了 $2 笔'],
    ['no such entry', '没有这一笔'],
    ['a size above …, up to …', '大于 $1、不超过 $2 的笔数'],
    ['none, since it counts from the first entry', '不应有,因为从第一笔起有效'],
    ['1 more than the size of an earlier checkpoint, up to …', '比某个先前检查点的笔数多 1,不超过 $1'],
    ['one that signs … entries', '签了 $1 笔的检查点'],
    ['the last signs …', '最后一个只签了 $1 笔'],
    ['… entries, as the first line says', '首行所说的 $1 笔'],
    ['a line that ends', '以换行结束的一行,文件可能不完整'],
    ['an event, or a line of a bundle', '一笔记录,或审计包的一行'],
    ['a vkey', '公钥'],
    ['the lines of a bundle in their order', '审计包各行的次序'],
    ['one out of order', '次序有误'],
    ['the entries that were shown before', '与先前所示相同的记录'],
    ['… entries', '$1 笔'],
    ['… bytes', '$1 字节'],
    ['… rows', '$1 行'],
  ] as const),
  // An entry in its place.
  ...([
    ['anything but book.opened', '不应再次开账'],
    ['a key of its own', '未用过的请求编号'],
    ['…, the key of entry …', '第 $2 号记录用过的请求编号'],
    ['… or later', '不早于 $1'],
    ['… or earlier', '不晚于 $1'],
    ['a day of a month that is not closed', '未结账月份的日期'],
    ['a month that is not closed', '未结账的月份'],
    ['a month before …', '早于 $1 的月份'],
    ['that of a … and of its division', '这种公告及其区划的级别'],
    ['that of …', '与区划代码相应的级别'],
    ['another book', '另一账套'],
    ['an id that no … bears', '未用过的编号'],
    ['a holder that takes allocations', '可接受分配的持有方'],
    ['an earlier entry', '更早的记录'],
    ['an entry that stands, of …', '有效的记录'],
    ['an entry that stands', '未被冲销的记录'],
    ['…, reversed by entry …', '已被第 $2 号记录冲销'],
    ['…, the negative of entry …', '第 $2 号记录的反向'],
    ['…, on which entry … is built', '第 $2 号记录以它为依据'],
    ['an entry on which none that stands is built', '没有有效记录以其为依据的记录'],
    ['… of fund … not below 0.00', '余额不低于零'],
    ['… of fund …, so that the sum of the fund is 0.00', '使这项资金合计为零的金额'],
    ['… of fund … from … to …', '这项资金从何处到何处的金额'],
    ['another account', '另一科目'],
    ['each fund once', '每项资金一次'],
    ['none for …', '此类记录不应有分录'],
    ['…, as the postings', '与分录一致'],
    ['…, as an amount is split over what … holds', '按最大余数法分摊的金额'],
    ['… of fund …', '这项资金的金额'],
    ['fund … with …', '这项资金及其金额'],
    ['nothing, since it is what the entries say', '不应列出,因为与记录相符'],
  ] as const),
  // Funds, projects, assets, people.
  ...([
    ['a fund of its own', '未用过的资金编号'],
    ['a fund that an earlier entry made', '先前登记过的资金'],
    ['a fund that stands', '未被冲销的资金'],
    ['a fund that is not marked …', '没有此项限制的资金'],
    ['none of a fund that came from no other book', '不应有,因为资金不是来自另一账套'],
    ['it where there is no project, and only there', '没有项目时才有,也必须有'],
    ['each once, in order', '各一次,按次序'],
    ['a dispatch that has not arrived yet', '尚未到账的下达'],
    ['…, which entry … took', '第 $2 号记录已经收到'],
    ['a division inside …', '$1 之内的区划'],
    ['a project of its own', '未用过的项目编号'],
    ['a project without stages that stand', '没有有效阶段的项目'],
    ['entry …, the last stage that stands', '第 $1 号记录,即最后一个有效阶段'],
    ['none, since the project is closed', '不应有,因为项目已办结'],
    ['a project that an earlier entry made and that stands', '先前登记且有效的项目'],
    ['a project that is not closed', '未办结的项目'],
    ['a project that stands', '有效的项目'],
    ['an asset of its own', '未用过的资产编号'],
    ['an asset whose owners never changed', '权属从未变动的资产'],
    ['an asset that an earlier entry made and that stands', '先前登记且有效的资产'],
    ['an asset that stands', '有效的资产'],
    ['entry …, the last ownership that stands', '第 $1 号记录,即最后一次有效的权属'],
    ['other owners than before', '与先前不同的权属'],
    ['no name of a household', '不应有农户姓名'],
    ['an owner after …', '按次序排列的权利人'],
    ['a share in lowest terms', '最简分数的份额'],
    ['shares that add to 1', '合计为 1 的份额'],
    ['a pool that money came to', '进过钱的资金池'],
    ['an enrolment without payouts that stand', '没有有效发放的受益人登记'],
    ['an enrolment that no entry needs', '没有记录需要的受益人登记'],
    ['entry … names them', '第 $1 号记录用到'],
    ['somebody who is not enrolled', '尚未登记的受益人'],
    ['somebody who was not paid under this policy for this period', '本期尚未领过这项补贴的受益人'],
    ['a beneficiary whose enrolment stands', '登记有效的受益人'],
  ] as const),
  // Notices and what is disclosed.
  ...([
    ['it in a notice of type …', '这种公告应有此项'],
    ['none without replaces', '不替换公告时不应有'],
    ['a reason for replaces', '替换公告的理由'],
    ['a notice of the same type and division', '同类型、同区划的公告'],
    ['a notice that stands', '有效的公告'],
    ['a notice that was published', '已发布的公告'],
    ['a photo that the notice has not', '公告还没有的照片'],
    ['a row of the notice', '公告中的一行'],
    ['an objection that waits for its answer', '待答复的异议'],
    ['notice …', '公告 $1'],
    ['lines where a page has another after it', '后面还有一页时应有的行'],
    ['the page of a division of the register', '在册区划的页面'],
    ['by the calendar', '由日历决定'],
    ['other books have a part in them, or entries came meanwhile', '其中有别的账套的份额,或其间有新记录'],
    ['it has no page, since it is not in the register of divisions', '不在区划表中,没有页面'],
  ] as const),
  // What a replay says besides.
  ...([
    ['how the row stood before', '这一行先前的样子'],
    ['… fen', '$1 分'],
    ['…, which the view … has taken in', '第 $1 号记录,视图已经读过'],
    ['one that can follow', '可以接在后面的记录'],
    ['its postings do not sum to zero for fund …', '分录按资金 $1 合计不为零'],
    ['it was recorded before the entry that it follows', '入账时刻早于前一笔'],
    ['event … of book … is missing', '缺少第 $1 号记录'],
    ['row', '行'],
    ['entry', '记录'],
    ['last entry', '最后一笔记录'],
    ['status and owners', '状态与权属'],
    ['how many stand', '有效的笔数'],
  ] as const),
  // Keys, notes and receipts.
  ...([
    ['there is none', '一把也没有'],
    ['not a signing key of the form …', '应为 $1'],
    ['the id of the signing key is not that of its name and bytes', '私钥的编号与其名称和内容不符'],
    ['not a verifier key of the form …', '应为 $1'],
    ['the id of the verifier key is not that of its name and bytes', '公钥的编号与其名称和内容不符,抄写可能有误'],
    ['a signed note has a text, an empty line and signatures', '签名的文本由正文、空行和签名组成'],
    ['a signed note is plain text in UTF-8', '签名的文本是 UTF-8 纯文本'],
    ['a signed note has at most … signatures', '签名的文本至多 $1 个签名'],
    ['not a signature line: …', '有一行不是签名'],
    ['not a size of a log: …', '第二行不是笔数'],
    ['a log of … entries is larger than this program can read', '笔数超出本程序所能读取'],
    ['not a root hash: …', '第三行不是树根'],
    ['a checkpoint has three lines', '检查点的正文有三行'],
    ['a proof has at most … characters', '证明至多 $1 个字符'],
    ['a proof has at most … hashes', '证明至多 $1 个哈希'],
    ['a proof has an empty line before its checkpoint', '证明在检查点之前有一个空行'],
    ['a proof begins with the line …', '证明的首行应为 $1'],
    ['extra data is base64', '附加数据应为 base64'],
    ['a proof states its index', '证明要写明序号'],
    ['index … is larger than this program can read', '序号超出本程序所能读取'],
    ['not a hash in base64: …', '有一行不是 base64 的哈希'],
    ['a submission begins with "old", a space and a size', '提交的首行应为 old、空格和笔数'],
    ['a line of the proof is no hash', '证明中有一行不是哈希'],
    ['a tlog-proof says nothing of its entry: give the entry too', '.tlog-proof 不含记录本身,请用 --entry 给出'],
    [
      'a receipt has a book, a seq, a leafHash, a checkpoint and a proof',
      '回执应有 book、seq、leafHash、checkpoint 和 proof',
    ],
    ['not JSON: …', '不是 JSON'],
    ['it holds what is no SHA-256 in base64', '其中有不是 base64 的 SHA-256'],
    ['its checkpoint is not signed with …', '检查点不是由此公钥签名'],
    ['its checkpoint is of …, not of …', '检查点属于另一日志'],
    ['no entry … of this leaf hash is in the log of … entries', '检查点所签的 $2 笔中,第 $1 号不是这一笔'],
    ['its leaf hash is not that of the entry', '叶哈希与所给的记录不符'],
    ['the entry does not say that it is … of book …', '记录自称的账套或序号不是 $2 的第 $1 号'],
  ] as const),
];

/** The phrase that says most first: what ends in `… entries` may be another one. */
const byLength = ([one]: (typeof CHINESE)[number], [other]: (typeof CHINESE)[number]) => other.length - one.length;
let patterns: { pattern: RegExp; chinese: string }[] | undefined;

function patternOf(english: string): RegExp {
  const texts = english.split('…').map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${texts.join('(.*)')}$`, 's');
}

/** What is longer is a value of the book, and might be made so that looking for a phrase in it takes long. */
const LONGEST = 1000;

/** Chinese first where it is a phrase; a value stays as it is. */
export function inBoth(english: string): string {
  const chinese = chineseOf(english);
  return chinese === undefined ? english : `${chinese} ${english}`;
}

/** Undefined where it is no phrase of these. */
export function chineseOf(english: string): string | undefined {
  if (english.length > LONGEST) return undefined;
  // What a bundle's line lacks stands behind the path of its field.
  const said = english.replace(/^[\w.[\]]+: /, '');
  patterns ??= CHINESE.toSorted(byLength).map(([phrase, chinese]) => ({ pattern: patternOf(phrase), chinese }));
  const known = patterns.find(({ pattern }) => pattern.test(said));
  return known && said.replace(known.pattern, known.chinese);
}
