/** The person asked for it; the id stands in the log for ever, but nobody can say any more whose it was. */
export class PersonalDataErased extends Error {
  override readonly name = 'PersonalDataErased';

  constructor(
    readonly id: string,
    readonly erasedAt: string,
    what = 'beneficiary',
  ) {
    super(`The personal data of ${what} ${id} was erased.`);
  }
}
