/** Things that are made ready side by side, and go on in the order in which they came. */
export class InOrder {
  private before: Promise<unknown> = Promise.resolve();

  /** Once this is ready and all before it are, or have failed. */
  async next<T>(ready: Promise<T>): Promise<T> {
    const { before } = this;
    this.before = Promise.allSettled([before, ready]);
    await before;
    return ready;
  }
}
