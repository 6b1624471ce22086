import { Controller, Get, Header, HttpStatus, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { OPEN_EVENT_STORE, type OpenEventStore } from '../../event-store/open-event-store.js';
import { ProcessRegistry, standingStill } from '../../processes/process-registry.js';
import { Public } from '../access.js';
import { problems } from '../openapi/documented.js';
import { Metrics } from './metrics.js';

const ANSWERS_WITHIN_MS = 2_000;
/** Of any GET. */
const UNASKED = problems(['precondition_failed']);

/** For load balancers and monitors; the answers name a book only where a view of it stands still. */
@ApiTags('operations')
@Controller()
@Public()
export class OperationsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly processes: ProcessRegistry,
    @Inject(OPEN_EVENT_STORE) private readonly opened: OpenEventStore,
  ) {}

  @Get('health/live')
  @ApiOperation({ summary: 'The process runs and answers' })
  @ApiOkResponse({ description: 'It does.' })
  @UNASKED
  live() {
    return { status: 'up' };
  }

  /** A view that stands still is told, whichever process found it, but postings go on. */
  @Get('health/ready')
  @ApiOperation({ summary: 'Ready for requests; 503 while the database or the event store does not answer' })
  @ApiOkResponse({ description: 'What is up, what follows, and which views stand still.' })
  @ApiServiceUnavailableResponse({ description: 'The same, with what is down.' })
  @UNASKED
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const { id, role, version, startedAt } = this.processes;
    const [known, eventStore] = await Promise.all([inTime(this.processes.list()), inTime(this.opened.answers())]);
    const isUp = known !== undefined && eventStore === true;
    const stopped = standingStill(known ?? []);
    if (!isUp) reply.code(HttpStatus.SERVICE_UNAVAILABLE);
    return {
      status: isUp ? 'up' : 'down',
      database: known === undefined ? 'down' : 'up',
      eventStore: eventStore === true ? 'up' : 'down',
      views: stopped.length === 0 ? 'following' : `${stopped.length} standing still`,
      standingStill: stopped,
      process: { id, role, version, startedAt: startedAt.toISOString() },
    };
  }

  @Get('metrics')
  @ApiOperation({ summary: 'Requests, appends and the lag of the views, in the text format of Prometheus' })
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  @UNASKED
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  text(): Promise<string> {
    return this.metrics.text();
  }
}

/** Undefined where the answer fails or is late. */
async function inTime<T>(answers: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ANSWERS_WITHIN_MS, undefined);
  });
  return Promise.race([answers.catch(() => undefined), tooLate]).finally(() => clearTimeout(timer));
}
