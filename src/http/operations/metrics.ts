import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { POOL } from '../../database/pool.js';
import { Appended } from '../../event-store/appended.js';
import { EventStore } from '../../event-store/event-store.js';
import { readCheckpoints } from '../../views/engine/checkpoint.js';
import { Follower } from '../../views/engine/follower.js';
import { Counter, gauge, Histogram } from './exposition.js';

/** What an operator watches. Labels are route patterns and codes: few, and never personal. */
@Injectable()
export class Metrics {
  private readonly requests = new Counter('mingzhang_requests_total', 'Answered requests.', [
    'method',
    'route',
    'status',
  ]);
  private readonly requestSeconds = new Histogram(
    'mingzhang_request_seconds',
    'From the first byte of a request to the last of its answer.',
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  );
  private readonly events = new Counter('mingzhang_events_appended_total', 'Events that this process appended.');
  private readonly batchSize = new Histogram(
    'mingzhang_append_batch_events',
    'Events in one append.',
    [1, 2, 4, 8, 16, 32, 64, 128, 256],
  );

  constructor(
    appended: Appended,
    private readonly store: EventStore,
    private readonly follower: Follower,
    @Inject(POOL) private readonly pool: Pool,
  ) {
    appended.subscribe((_book, events) => {
      this.events.add([], events);
      this.batchSize.observe(events);
    });
  }

  noteRequest(method: string, route: string, status: number, seconds: number): void {
    this.requests.add([method, route, status]);
    this.requestSeconds.observe(seconds);
  }

  async text(): Promise<string> {
    const lines = [this.requests, this.requestSeconds, this.events, this.batchSize].flatMap((metric) => metric.lines());
    return `${[...lines, ...(await this.viewLines())].join('\n')}\n`;
  }

  private async viewLines(): Promise<string[]> {
    const [revisions, checkpoints] = await Promise.all([this.store.revisions(), readCheckpoints(this.pool)]);
    const lag = new Map<string, number>();
    for (const { view, book, seq } of checkpoints) {
      lag.set(view, (lag.get(view) ?? 0) + Math.max((revisions.get(book) ?? -1) - Number(seq), 0));
    }
    return [
      ...gauge(
        'mingzhang_view_lag_events',
        'Events that a view has not taken in yet, over all books.',
        [...lag].map(([view, events]) => [{ view }, events]),
      ),
      ...gauge('mingzhang_views_standing_still', 'Views of books that stand still after a failure.', [
        [{}, this.follower.failures().length],
      ]),
      ...gauge('mingzhang_books', 'Books that are open.', [[{}, revisions.size]]),
      ...gauge('mingzhang_resident_memory_bytes', 'Resident memory of the process.', [[{}, process.memoryUsage.rss()]]),
    ];
  }
}
