/** Entries told of count less the longer ago they came. */
const FADE_MS = 500;

/**
 * How much is being appended: this process tells it at once, and what others append shows in the heads of the books, for who
 * polls them.
 */
export class AppendRate {
  private told = { entries: 0, atMs: Number.NEGATIVE_INFINITY };
  private counted: { entries: number; atMs: number; aSecond: number } | undefined;

  /** So many more were appended in this process. */
  tell(entries: number, nowMs: number): void {
    this.told = { entries: this.fading(nowMs) + entries, atMs: nowMs };
  }

  /** So many entries all books have now. */
  count(entries: number, nowMs: number): void {
    const before = this.counted;
    const inMs = before === undefined ? 0 : nowMs - before.atMs;
    const aSecond = before === undefined || inMs <= 0 ? 0 : ((entries - before.entries) * 1_000) / inMs;
    this.counted = { entries, atMs: nowMs, aSecond };
  }

  /** The larger of what was told and what was counted: one may be a part of the other. */
  aSecond(nowMs: number): number {
    return Math.max((this.fading(nowMs) * 1_000) / FADE_MS, this.counted?.aSecond ?? 0);
  }

  private fading(nowMs: number): number {
    return this.told.entries * Math.exp((this.told.atMs - nowMs) / FADE_MS);
  }
}
