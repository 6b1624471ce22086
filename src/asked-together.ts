interface Asked<Question, Answer> {
  question: Question;
  answer(answer: Answer): void;
  fail(error: unknown): void;
}

/** The longest that those who ask wait for those who asked before them. */
const ANSWERS_WITHIN_MS = 10_000;

/** The code is that of a connection that was given up. */
class NoAnswer extends Error {
  readonly code = 'ETIMEDOUT';
}

/**
 * Puts questions to a database that many ask at once: all who ask while one is under way share the next. Each gets what was committed
 * after he asked, and a busy service asks a few hundred times a second, not once for each reader.
 * A question without an answer is given up, so that it holds up those after it no longer.
 */
export class AskedTogether<Question, Answer> {
  private waiting: Asked<Question, Answer>[] = [];
  private isAsking = false;

  /** @param read answers questions, each in its place, and is told each of them once */
  constructor(
    private readonly nameOf: (question: Question) => string,
    private readonly read: (questions: Question[]) => Promise<Answer[]>,
    private readonly withinMs = ANSWERS_WITHIN_MS,
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
      const answers = await this.inTime(this.read([...questions.values()]));
      const named = new Map([...questions.keys()].map((name, index) => [name, answers[index]]));
      for (const { question, answer } of asked) answer(named.get(this.nameOf(question)) as Answer);
    } catch (error) {
      for (const { fail } of asked) fail(error);
    }
  }

  private async inTime(answers: Promise<Answer[]>): Promise<Answer[]> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, fail) => {
      const words = `the database gave no answer within ${this.withinMs} ms`;
      timer = setTimeout(() => fail(new NoAnswer(words)), this.withinMs);
    });
    try {
      return await Promise.race([answers, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
