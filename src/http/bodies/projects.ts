import { PAYMENT_KINDS, STAGES } from '../../domain/kinds.js';
import { type MakePayment, type PaymentKind } from '../../domain/projects/make-payment.js';
import { type AdvanceProject, type RegisterProject, type Stage } from '../../domain/projects/projects.js';
import { Amount, Choice, Id, Judged, Text } from '../validation/fields.js';
import { isText } from '../validation/values.js';
import { CommonBody, Division, MoneyBody } from './common.js';

export class RegisterProjectBody extends CommonBody implements RegisterProject {
  @Id({ about: 'Made by the service where absent.', example: 'P-1', optional: true })
  id?: string;

  @Text({ about: 'Name.', example: '设施蔬菜产业园' })
  name!: string;

  @Text({ about: 'Class in the project library.', example: '产业发展' })
  category!: string;

  @Division({ about: 'Where it is built, inside the division of the book.', example: '640121100201' })
  division!: string;

  @Text({ about: 'Unit that answers for it.', example: '永宁县农业农村局' })
  responsibleUnit!: string;

  @Amount({ about: 'Planned, in yuan.' })
  plannedAmount!: string;
}

/** The next stage of the project in the path. */
export class AdvanceProjectBody extends CommonBody implements Omit<AdvanceProject, 'project'> {
  @Choice(STAGES, { about: '批复、开工、完工、验收、结算、销号, in this order.', example: 'approved' })
  stage!: Stage;
}

/** The name of an organisation, or `beneficiary:<id>`, which is then well-formed. */
function isPayee(value: unknown): boolean {
  return isText(value, 200) && (!value.startsWith('beneficiary:') || /^beneficiary:[A-Za-z0-9._-]{1,64}$/.test(value));
}

export class MakePaymentBody extends MoneyBody implements MakePayment {
  @Id({ about: 'Made by the service where absent.', example: 'PAY-1', optional: true })
  id?: string;

  @Id({ about: 'Project that pays.', example: 'P-1' })
  project!: string;

  @Choice(PAYMENT_KINDS, { about: '`capital` becomes work in progress, `expense` is spent.', example: 'capital' })
  kind!: PaymentKind;

  @Judged(
    isPayee,
    {
      zh: '单位名称(单行,1 至 200 字)或 beneficiary:<id>',
      en: 'the name of an organisation, 1 to 200 characters on one line, or beneficiary:<id>',
    },
    {
      about: 'An organisation by name; a person or household only as `beneficiary:<id>`.',
      example: '宁夏某建设有限公司',
    },
  )
  payee!: string;
}
