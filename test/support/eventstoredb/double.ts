import { setTimeout as sleep } from 'node:timers/promises';
import grpcServices from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { AppendReq, AppendResp, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import {
  Server,
  ServerCredentials,
  type ServerReadableStream,
  type ServerWritableStream,
  type ServiceError,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { freePort } from '../free-port.js';
import {
  appended,
  checkpointAnswer,
  confirmationAnswer,
  type Expected,
  eventAnswer,
  expectedOf,
  type KeptEvent,
  nameOf,
  notFoundAnswer,
  notLeader,
  type ProposedEvent,
  proposedOf,
  tooLarge,
  type Wanted,
  wantedBy,
  wrongRevision,
} from './messages.js';

/** What befalls one append. */
export type Fate =
  /** The connection breaks, and nothing was appended. */
  | 'lost'
  /** The connection breaks, and all was appended. */
  | 'unheard'
  /** Appended, and never answered. */
  | 'unanswered'
  /** Neither appended nor answered. */
  | 'stuck';

type Answer = (error: Partial<ServiceError> | null, response?: AppendResp) => void;

const POSITIONS_APART = 100;

/**
 * Stands in for a server of EventStoreDB, without certificates: it speaks its gRPC to the real client, with the
 * messages that the client ships, and keeps everything in memory. What of the server it does, it does as the server documents it:
 * expected revisions, repeated ids, the limit of an append, reads both ways, subscriptions to all streams with a filter.
 */
export class EventStoreDBDouble {
  readonly events: KeptEvent[] = [];
  maxAppendBytes = 1024 * 1024;
  /** Subscriptions stay connected, but bring nothing more. */
  isMute = false;
  /** Before each answer. */
  delayMs = 0;
  /** What befalls the next appends, one after the other; nothing where undefined. */
  fates: (Fate | undefined)[] = [];
  /** Called once an append of this stream stands, before it is answered; the answer waits for it. */
  afterAppend: (stream: string) => Promise<void> = async () => undefined;
  appends = 0;
  /** This one follows another, to which it sends whoever wants the leader. */
  leader: EventStoreDBDouble | undefined;
  private readonly streams = new Map<string, KeptEvent[]>();
  private readonly subscribers = new Set<{ call: ServerWritableStream<ReadReq, ReadResp>; wanted: Wanted }>();
  private server = new Server();
  private port = 0;

  get url(): string {
    return `esdb://127.0.0.1:${this.port}?tls=false`;
  }

  get subscriptions(): number {
    return this.subscribers.size;
  }

  /** Again on the same port, after a stop. */
  async start(): Promise<void> {
    this.port ||= await freePort();
    this.server = new Server();
    this.server.addService(grpcServices.StreamsService, {
      append: (call: ServerReadableStream<AppendReq, AppendResp>, answer: Answer) => this.append(call, answer),
      read: (call: ServerWritableStream<ReadReq, ReadResp>) => this.read(call),
    } as UntypedServiceImplementation);
    await new Promise<void>((bound, failed) => {
      const credentials = ServerCredentials.createInsecure();
      this.server.bindAsync(`127.0.0.1:${this.port}`, credentials, (error) =>
        error === null ? bound() : failed(error),
      );
    });
  }

  /** Every connection breaks; what was appended is kept. */
  stop(): void {
    this.subscribers.clear();
    this.server.forceShutdown();
  }

  /** As the server does with slow subscribers, and when its leader changes. */
  dropSubscriptions(): void {
    for (const { call } of this.subscribers)
      call.emit('error', { code: status.ABORTED, details: 'Operation timed out: Subscription dropped' });
    this.subscribers.clear();
  }

  /** Past all rules, as somebody with the right to write to the server could. */
  put(stream: string, events: readonly ProposedEvent[]): void {
    const of = this.streams.get(stream) ?? [];
    this.streams.set(stream, of);
    for (const event of events) {
      const kept = { ...event, stream, revision: of.length, position: (this.events.length + 1) * POSITIONS_APART };
      of.push(kept);
      this.events.push(kept);
      for (const { call, wanted } of this.subscribers) if (!this.isMute) tell(call, wanted, kept);
    }
  }

  /** The stream as it was some events ago: an earlier copy of the server. */
  truncate(stream: string, length: number): void {
    this.streams.get(stream)?.splice(length);
  }

  /** The stream without its first events, as `$maxCount` leaves it to those who read. */
  expire(stream: string, count: number): void {
    this.streams.get(stream)?.splice(0, count);
  }

  of(stream: string): readonly KeptEvent[] {
    return this.streams.get(stream) ?? [];
  }

  private append(call: ServerReadableStream<AppendReq, AppendResp>, answer: Answer): void {
    let stream = '';
    let expected: Expected;
    const proposed: ProposedEvent[] = [];
    call.on('data', (request: AppendReq) => {
      const message = request.getProposedMessage();
      if (message !== undefined) proposed.push(proposedOf(message));
      else {
        stream = nameOf(request.getOptions()?.getStreamIdentifier());
        expected = expectedOf(request.getOptions());
      }
    });
    call.on('end', () => void this.settle(call, stream, expected, proposed, answer));
  }

  private async settle(
    call: ServerReadableStream<AppendReq, AppendResp>,
    stream: string,
    expected: Expected,
    proposed: ProposedEvent[],
    answer: Answer,
  ): Promise<void> {
    this.appends += 1;
    const fate = this.fates.shift();
    await sleep(this.delayMs);
    if (this.leader !== undefined) return answer(notLeader(this.leader.port));
    if (fate === 'stuck' || call.cancelled) return;
    if (fate === 'lost') return answer({ code: status.UNAVAILABLE, details: 'Connection dropped' });
    const response = this.appendNow(stream, expected, proposed);
    await this.afterAppend(stream);
    if (fate === 'unanswered') return;
    if (fate === 'unheard') return answer({ code: status.UNAVAILABLE, details: 'Connection dropped' });
    if (response === 'too large') answer(tooLarge(this.maxAppendBytes));
    else answer(null, response);
  }

  private appendNow(stream: string, expected: Expected, proposed: ProposedEvent[]): AppendResp | 'too large' {
    const bytes = proposed.map(({ type, data, metadata }) => 2 * type.length + data.length + metadata.length);
    if (bytes.reduce((sum, size) => sum + size, 0) > this.maxAppendBytes) return 'too large';
    const of = this.of(stream);
    const current = of.length - 1;
    if (expected !== undefined && expected !== current) {
      // The same ids where they would have gone: the append was made before, and is answered as then.
      const there = of.slice(expected + 1, expected + 1 + proposed.length);
      const isRepeated = proposed.length > 0 && proposed.every(({ id }, index) => there[index]?.id === id);
      return isRepeated
        ? appended(there.at(-1)?.revision ?? 0, there.at(-1)?.position ?? 0)
        : wrongRevision(current, expected);
    }
    this.put(stream, proposed);
    return appended(this.of(stream).length - 1, this.events.at(-1)?.position ?? 0);
  }

  private async read(call: ServerWritableStream<ReadReq, ReadResp>): Promise<void> {
    const wanted = wantedBy(call.request);
    await sleep(this.delayMs);
    if (this.leader !== undefined && call.metadata.get('requires-leader').length > 0) {
      call.emit('error', notLeader(this.leader.port));
      return;
    }
    if (wanted.isSubscription) return this.subscribe(call, wanted);
    const from = this.streamsWanted(wanted);
    if (from === undefined) call.write(notFoundAnswer(wanted.stream ?? ''));
    else for (const event of inOrder(from, wanted).slice(0, wanted.count)) call.write(eventAnswer(event));
    call.end();
  }

  private streamsWanted({ stream }: Wanted): KeptEvent[] | undefined {
    return stream === undefined ? this.events : this.streams.get(stream);
  }

  private subscribe(call: ServerWritableStream<ReadReq, ReadResp>, wanted: Wanted): void {
    call.write(confirmationAnswer());
    // What stands at the position itself was told before.
    const after = wanted.from === 'end' ? Number.POSITIVE_INFINITY : (wanted.from ?? -1);
    for (const event of this.events) if (event.position > after && !this.isMute) tell(call, wanted, event);
    const subscriber = { call, wanted };
    this.subscribers.add(subscriber);
    call.on('cancelled', () => this.subscribers.delete(subscriber));
    call.on('close', () => this.subscribers.delete(subscriber));
  }
}

function tell(call: ServerWritableStream<ReadReq, ReadResp>, { prefixes }: Wanted, event: KeptEvent): void {
  const isWanted = prefixes.length === 0 || prefixes.some((prefix) => event.stream.startsWith(prefix));
  call.write(isWanted ? eventAnswer(event) : checkpointAnswer(event.position));
}

function inOrder(events: readonly KeptEvent[], { stream, isBackwards, from }: Wanted): KeptEvent[] {
  const placeOf = (event: KeptEvent) => (stream === undefined ? event.position : event.revision);
  if (isBackwards) return events.filter((event) => typeof from !== 'number' || placeOf(event) <= from).reverse();
  if (from === 'end') return [];
  return events.filter((event) => from === undefined || placeOf(event) >= from);
}
