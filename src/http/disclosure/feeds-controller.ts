import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BearingBooks } from '../../disclosure/bearing-books.js';
import { BookHeads } from '../../disclosure/book-heads.js';
import { atomFeed, Feeds, jsonFeed } from '../../disclosure/feed.js';
import { SETTINGS, type Settings } from '../../settings.js';
import { disclosureView } from '../../views/disclosure/disclosure.js';
import { Public } from '../access.js';
import { ReadsOpenly, Tagged } from '../openapi/documented.js';
import { ApiPath } from '../path-id.js';
import { knownDivision } from './divisions-controller.js';
import { isKnown } from './fresh-answer.js';

const CODES = ['invalid_request', 'not_found', 'rate_limited', 'view_behind'] as const;

/** What is new in a place, for feed readers. */
@ApiTags('disclosure')
@ApiPath('division')
@Controller('v1/disclosure/divisions/:division')
@Public()
export class FeedsController {
  constructor(
    private readonly feeds: Feeds,
    private readonly books: BearingBooks,
    private readonly heads: BookHeads,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get('feed.json')
  @Tagged()
  @ReadsOpenly('The newest notices and lines as JSON Feed 1.1', ...CODES)
  @ApiOkResponse({ content: { 'application/feed+json': { schema: { type: 'object' } } } })
  async json(@Param('division') code: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const division = knownDivision(code);
    if (await this.isKnown(division, request, reply)) return void reply.send();
    const feed = jsonFeed(await this.feeds.of(division), this.addressOf(division, 'feed.json'));
    await reply.type('application/feed+json; charset=utf-8').send(JSON.stringify(feed));
  }

  @Get('feed.atom')
  @Tagged()
  @ReadsOpenly('The newest notices and lines as Atom', ...CODES)
  @ApiOkResponse({ content: { 'application/atom+xml': { schema: { type: 'string' } } } })
  async atom(@Param('division') code: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const division = knownDivision(code);
    if (await this.isKnown(division, request, reply)) return void reply.send();
    const feed = atomFeed(await this.feeds.of(division), this.addressOf(division, 'feed.atom'));
    await reply.type('application/atom+xml; charset=utf-8').send(feed);
  }

  private async isKnown(division: string, request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const { above, below } = await this.books.of(division);
    const of = await this.heads.of(disclosureView, [...above, ...below]);
    return isKnown(request, reply, { heads: this.heads, of });
  }

  private addressOf(division: string, name: string): string {
    return `${this.settings.publicUrl}/v1/disclosure/divisions/${division}/${name}`;
  }
}
