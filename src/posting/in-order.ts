/** Things that are made ready side by side, and go on in the order in which they came. */
export class InOrder {
  private before: Promise<void> = Promise.resolve();

  /** Once this is ready and all before it are, or have failed. */
  async next<T>(ready: Promise<T>): Promise<T> {
    const { before } = this;
    // Not what they became: it would be kept for as long as this is, each with the one before it.
    this.before = Promise.allSettled([before, ready]).then(() => undefined);
    await before;
    return ready;
  }
}
