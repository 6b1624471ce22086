import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { ReadReq as ReadRequest } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';

const { AppendResp, ReadResp } = streams;

/** An event as the double keeps it. */
export interface KeptEvent {
  stream: string;
  revision: number;
  /** Among all events of the server. */
  position: number;
  id: string;
  type: string;
  contentType: string;
  data: Uint8Array;
  metadata: Uint8Array;
}

export type ProposedEvent = Pick<KeptEvent, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;

/** -1 for no stream; nothing for any. */
export type Expected = number | undefined;

export function nameOf(identifier: shared.StreamIdentifier | undefined): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();
}

function identifierOf(stream: string): shared.StreamIdentifier {
  return new shared.StreamIdentifier().setStreamName(Buffer.from(stream));
}

export function expectedOf(options: streams.AppendReq.Options | undefined): Expected {
  if (options?.hasNoStream()) return -1;
  return options?.hasRevision() ? Number(options.getRevision()) : undefined;
}

export function proposedOf(message: streams.AppendReq.ProposedMessage): ProposedEvent {
  const metadata = message.getMetadataMap();
  return {
    id: message.getId()?.getString() ?? '',
    type: metadata.get('type') ?? '',
    contentType: metadata.get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

export function appended(revision: number, position: number): streams.AppendResp {
  const at = new AppendResp.Position().setCommitPosition(String(position)).setPreparePosition(String(position));
  return new AppendResp().setSuccess(new AppendResp.Success().setCurrentRevision(String(revision)).setPosition(at));
}

export function wrongRevision(current: number, expected: number): streams.AppendResp {
  const wrong = new AppendResp.WrongExpectedVersion();
  if (current < 0) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(String(current));
  if (expected < 0) wrong.setExpectedNoStream(new shared.Empty());
  else wrong.setExpectedRevision(String(expected));
  return new AppendResp().setWrongExpectedVersion(wrong);
}

export function tooLarge(maxAppendBytes: number): Partial<ServiceError> {
  const metadata = new Metadata();
  metadata.set('exception', 'maximum-append-size-exceeded');
  metadata.set('maximum-append-size', String(maxAppendBytes));
  return { code: status.INVALID_ARGUMENT, details: 'Maximum Append Size Exceeded.', metadata };
}

/** As a follower answers whoever wants the leader. */
export function notLeader(port: number): Partial<ServiceError> {
  const metadata = new Metadata();
  metadata.set('exception', 'not-leader');
  metadata.set('leader-endpoint-host', '127.0.0.1');
  metadata.set('leader-endpoint-port', String(port));
  return { code: status.NOT_FOUND, details: 'Leader info available', metadata };
}

export function eventAnswer(kept: KeptEvent): streams.ReadResp {
  const recorded = new ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(kept.id))
    .setStreamIdentifier(identifierOf(kept.stream))
    .setStreamRevision(String(kept.revision))
    .setCommitPosition(String(kept.position))
    .setPreparePosition(String(kept.position))
    .setData(kept.data)
    .setCustomMetadata(kept.metadata);
  recorded.getMetadataMap().set('type', kept.type).set('content-type', kept.contentType).set('created', '0');
  const event = new ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(String(kept.position));
  return new ReadResp().setEvent(event);
}

export function notFoundAnswer(stream: string): streams.ReadResp {
  return new ReadResp().setStreamNotFound(new ReadResp.StreamNotFound().setStreamIdentifier(identifierOf(stream)));
}

export function confirmationAnswer(): streams.ReadResp {
  return new ReadResp().setConfirmation(new ReadResp.SubscriptionConfirmation().setSubscriptionId('double'));
}

export function checkpointAnswer(position: number): streams.ReadResp {
  const text = String(position);
  return new ReadResp().setCheckpoint(new ReadResp.Checkpoint().setCommitPosition(text).setPreparePosition(text));
}

/** What a read asks for, in plain words. */
export interface Wanted {
  /** Nothing for all streams. */
  stream: string | undefined;
  isSubscription: boolean;
  isBackwards: boolean;
  /** A revision of the stream or a position among all; nothing for the start. */
  from: number | 'end' | undefined;
  count: number;
  prefixes: string[];
}

export function wantedBy(request: ReadRequest): Wanted {
  const options = request.getOptions();
  const ofStream = options?.hasStream() ? options.getStream() : undefined;
  const ofAll = options?.hasAll() ? options.getAll() : undefined;
  const at = ofStream?.hasRevision() ? ofStream.getRevision() : ofAll?.getPosition()?.getCommitPosition();
  return {
    stream: ofStream === undefined ? undefined : nameOf(ofStream.getStreamIdentifier()),
    isSubscription: options?.hasSubscription() ?? false,
    isBackwards: options?.getReadDirection() === 1,
    from: ofStream?.hasEnd() || ofAll?.hasEnd() ? 'end' : at === undefined ? undefined : Number(at),
    count: options?.hasSubscription() ? Number.POSITIVE_INFINITY : Number(options?.getCount()),
    prefixes: options?.getFilter()?.getStreamIdentifier()?.getPrefixList() ?? [],
  };
}
