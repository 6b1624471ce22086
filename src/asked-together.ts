interface Asked<Question, Answer> {
  question: Question;
  answer(answer: Answer): void;
  fail(error: unknown): void;
}

/**
 * Puts questions to a database that many ask at once: all who ask while one is under way share the next. Each gets what was committed
 * after he asked, and a busy service asks a few hundred times a second, not once for each reader.
 */
export class AskedTogether<Question, Answer> {
  private waiting: Asked<Question, Answer>[] = [];
  private isAsking = false;

  /** @param read answers questions, each in its place, and is told each of them once */
  constructor(
    private readonly nameOf: (question: Question) => string,
    private readonly read: (questions: Question[]) => Promise<Answer[]>,
  ) {}

  ask(question: Question): Promise<Answer> {
    return new Promise((answer, fail) => {
      this.waiting.push({ question, answer, fail });
      if (!this.isAsking) void this.askAll();
    });
  }

  private async askAll(): Promise<void> {
    this.isAsking = true;
    while (this.waiting.length > 0) {
      // One turn of the event loop, so that the requests that are being read now join.
      await new Promise(setImmediate);
      const asked = this.waiting;
      this.waiting = [];
      await this.answerAll(asked);
    }
    this.isAsking = false;
  }

  private async answerAll(asked: Asked<Question, Answer>[]): Promise<void> {
    const questions = new Map(asked.map(({ question }) => [this.nameOf(question), question]));
    try {
      const answers = await this.read([...questions.values()]);
      const named = new Map([...questions.keys()].map((name, index) => [name, answers[index]]));
      for (const { question, answer } of asked) answer(named.get(this.nameOf(question)) as Answer);
    } catch (error) {
      for (const { fail } of asked) fail(error);
    }
  }
}
