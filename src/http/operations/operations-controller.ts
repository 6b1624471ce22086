import { Controller, Get, Header, HttpStatus, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type KnownProcess, ProcessRegistry, standingStill } from '../../processes/process-registry.js';
import { Public } from '../access.js';
import { Metrics } from './metrics.js';

const DATABASE_ANSWERS_WITHIN_MS = 2_000;

/** For load balancers and monitors; the answers name a book only where a view of it stands still. */
@ApiTags('operations')
@Controller()
@Public()
export class OperationsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly processes: ProcessRegistry,
  ) {}

  @Get('health/live')
  @ApiOperation({ summary: 'The process runs and answers' })
  live() {
    return { status: 'up' };
  }

  /** A view that stands still is told, whichever process found it, but postings go on. */
  @Get('health/ready')
  @ApiOperation({ summary: 'Ready for requests; 503 while the database does not answer' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const { id, role, version, startedAt } = this.processes;
    const known = await this.listProcesses();
    const stopped = standingStill(known ?? []);
    if (known === undefined) reply.code(HttpStatus.SERVICE_UNAVAILABLE);
    return {
      status: known === undefined ? 'down' : 'up',
      database: known === undefined ? 'down' : 'up',
      views: stopped.length === 0 ? 'following' : `${stopped.length} standing still`,
      standingStill: stopped,
      process: { id, role, version, startedAt: startedAt.toISOString() },
    };
  }

  @Get('metrics')
  @ApiOperation({ summary: 'Requests, appends and the lag of the views, in the text format of Prometheus' })
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  text(): Promise<string> {
    return this.metrics.text();
  }

  /** Undefined where the database does not answer. */
  private async listProcesses(): Promise<KnownProcess[] | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, DATABASE_ANSWERS_WITHIN_MS, undefined);
    });
    const answers = this.processes.list().catch(() => undefined);
    return Promise.race([answers, tooLate]).finally(() => clearTimeout(timer));
  }
}
