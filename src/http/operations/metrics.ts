import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { POOL } from '../../database/pool.js';
import { Appended } from '../../event-store/appended.js';
import { EventStore } from '../../event-store/event-store.js';
import { WITNESSES } from '../../log/cosignature-collector.js';
import { CosignatureStore } from '../../log/cosignature-store.js';
import type { WitnessClient } from '../../log/witness-client.js';
import {
  type KnownProcess,
  ProcessRegistry,
  SILENT_AFTER_SECONDS,
  standingStill,
} from '../../processes/process-registry.js';
import { Counter, gauge, Histogram } from './exposition.js';
import { lagLines } from './view-lag.js';
import { witnessLines } from './witness-lag.js';

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
    private readonly processes: ProcessRegistry,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(WITNESSES) private readonly witnesses: WitnessClient[],
    private readonly cosignatures: CosignatureStore,
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
    const [lag, witnesses, processes] = await Promise.all([
      lagLines(this.pool, this.store),
      witnessLines(this.witnesses, this.cosignatures, this.store),
      this.processes.list(),
    ]);
    return `${[...lines, ...lag, ...witnesses, ...stoppedLines(processes), ...processLines(processes)].join('\n')}\n`;
  }
}

/** Of all processes, so that whoever watches one service misses none. */
function stoppedLines(processes: KnownProcess[]): string[] {
  const stopped = standingStill(processes);
  return [
    ...gauge('mingzhang_views_standing_still', 'Views of books that stand still after a failure.', [
      [{}, stopped.length],
    ]),
    ...gauge(
      'mingzhang_view_stopped',
      'An event that a view cannot take in, and why.',
      stopped.map(({ view, book, seq = '', type = '', message }) => [{ view, book, seq, type, message }, 1]),
    ),
  ];
}

function processLines(processes: KnownProcess[]): string[] {
  return [
    ...gauge(
      'mingzhang_process_up',
      `Services and view workers of this database; 0 after ${SILENT_AFTER_SECONDS} s without a sign of life.`,
      processes.map(({ id, role, host, pid, version, silentSeconds }) => [
        { process: id, role, host, pid, version },
        silentSeconds < SILENT_AFTER_SECONDS ? 1 : 0,
      ]),
    ),
    ...gauge(
      'mingzhang_process_silent_seconds',
      'Since the last sign of life.',
      processes.map(({ id, silentSeconds }) => [{ process: id }, Number(silentSeconds.toFixed(1))]),
    ),
    ...gauge('mingzhang_resident_memory_bytes', 'Resident memory of the process.', [[{}, process.memoryUsage.rss()]]),
  ];
}
