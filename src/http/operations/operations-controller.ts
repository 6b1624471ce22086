import { Controller, Get, Header, HttpStatus, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Pool } from 'pg';
import { POOL } from '../../database/pool.js';
import { Follower } from '../../views/engine/follower.js';
import { Public } from '../access.js';
import { Metrics } from './metrics.js';

const DATABASE_ANSWERS_WITHIN_MS = 2_000;

/** For load balancers and monitors; the answers name no book. */
@ApiTags('operations')
@Controller()
@Public()
export class OperationsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly follower: Follower,
    @Inject(POOL) private readonly pool: Pool,
  ) {}

  @Get('health/live')
  @ApiOperation({ summary: 'The process runs and answers' })
  live() {
    return { status: 'up' };
  }

  /** A view that stands still is told, but postings go on. */
  @Get('health/ready')
  @ApiOperation({ summary: 'Ready for requests; 503 while the database does not answer' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const isUp = await this.databaseAnswers();
    const standingStill = this.follower.failures().length;
    if (!isUp) reply.code(HttpStatus.SERVICE_UNAVAILABLE);
    return {
      status: isUp ? 'up' : 'down',
      database: isUp ? 'up' : 'down',
      views: standingStill === 0 ? 'following' : `${standingStill} standing still`,
    };
  }

  @Get('metrics')
  @ApiOperation({ summary: 'Requests, appends and the lag of the views, in the text format of Prometheus' })
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  text(): Promise<string> {
    return this.metrics.text();
  }

  private async databaseAnswers(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, DATABASE_ANSWERS_WITHIN_MS, false);
    });
    const answers = this.pool.query('select 1').then(
      () => true,
      () => false,
    );
    return Promise.race([answers, tooLate]).finally(() => clearTimeout(timer));
  }
}
