import Nzh from 'nzh';
import { parseYuan, type Yuan } from '../domain/money.js';

/**
 * An amount in 大写, as vouchers must have it: `壹佰元零伍分`, `陆拾元整`. 支付结算办法 (1997), 正确填写票据和结算凭证的基本规定, article 3:
 * 整 stands after 元 and never after 分.
 */
export function inCapitals(amount: Yuan): string {
  // Refuses what is no amount; the text itself goes on, since no number holds every sum.
  parseYuan(amount);
  const text = Nzh.cn.toMoney(amount, { outSymbol: false });
  return text.endsWith('元') ? `${text}整` : text;
}
