import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Refusal } from '../../domain/refusal.js';
import { type KeyStart, LogKeys } from '../../log/log-keys.js';
import { PublishedLog } from '../../log/published-log.js';
import { parseTilePath } from '../../log/tile-path.js';
import { tlogProofText } from '../../log/tlog-proof.js';
import { TILE_WIDTH } from '../../log/tree-edge.js';
import { Public } from '../access.js';
import { ReadsOpenly } from '../openapi/documented.js';
import { ApiPath, PathBook, pathSeq } from '../path-id.js';
import { HttpProblem } from '../problems/problem.js';
import { LogKeysAnswer } from './log-answers.js';

const TEXT = 'text/plain; charset=utf-8';
const BYTES = 'application/octet-stream';

/** The next entry replaces it. */
const MUTABLE = 'no-cache';
/** Nothing about it ever changes. */
const FOR_EVER = 'public, max-age=31536000, immutable';
/** Its bytes never change either, but a wider one takes its place soon: not worth keeping for ever. */
const FOR_AN_HOUR = 'public, max-age=3600';

const PROOF_FILE = /^(\d+)\.tlog-proof$/;

/** Each book's log as the C2SP documents have it (tlog-tiles, tlog-checkpoint, tlog-proof), for whoever wants to check. */
@ApiTags('log')
@Controller('log')
@Public()
export class LogController {
  constructor(
    private readonly log: PublishedLog,
    private readonly logKeys: LogKeys,
  ) {}

  @Get('keys')
  @ReadsOpenly('The public keys that sign or have signed checkpoints, one C2SP vkey a line, the present one first')
  @ApiProduces('text/plain')
  @ApiOkResponse({ description: 'Lines `<name>+<key id>+<base64>`.', schema: { type: 'string' } })
  async keys(@Res() reply: FastifyReply): Promise<void> {
    const keys = await this.logKeys.published();
    await send(reply, TEXT, MUTABLE, keys.map((vkey) => `${vkey}\n`).join(''));
  }

  @Get(':book/keys')
  @ApiPath('book')
  @ReadsOpenly(
    'The keys of a book’s log, each with the size from which it counts, the present one first',
    'book_unknown',
  )
  @ApiOkResponse({ type: LogKeysAnswer })
  async bookKeys(@PathBook() book: string): Promise<{ book: string; keys: KeyStart[] }> {
    const keys = await this.logKeys.ofBook(book);
    if (keys.length === 0) throw new Refusal('book_unknown', `There is no book ${book}.`);
    return { book, keys };
  }

  @Get(':book/checkpoint')
  @ApiPath('book')
  @ReadsOpenly(
    'The latest checkpoint of a book’s log, signed and cosigned, a C2SP signed note (tlog-checkpoint)',
    'book_unknown',
  )
  @ApiProduces('text/plain')
  @ApiOkResponse({ description: 'Origin, size and root hash; signatures.', schema: { type: 'string' } })
  async checkpoint(@PathBook() book: string, @Res() reply: FastifyReply): Promise<void> {
    await send(reply, TEXT, MUTABLE, await this.log.latestNote(book));
  }

  @Get(':book/cosigned-checkpoint')
  @ApiPath('book')
  @ReadsOpenly(
    'The largest checkpoint that a witness has cosigned (tlog-cosignature); a busy book’s latest is ahead of its witnesses',
    'book_unknown',
    'not_found',
  )
  @ApiProduces('text/plain')
  @ApiOkResponse({
    description: 'Origin, size and root hash; signatures and cosignatures.',
    schema: { type: 'string' },
  })
  async cosigned(@PathBook() book: string, @Res() reply: FastifyReply): Promise<void> {
    const note = await this.log.cosignedNote(book);
    if (note === undefined) throw new HttpProblem('not_found', 'No witness has cosigned a checkpoint of this log.');
    await send(reply, TEXT, MUTABLE, note);
  }

  @Get(':book/tile/*')
  @ApiPath('book')
  @ApiParam({
    name: 'path',
    description:
      'Of a tile of hashes `<L>/<N>[.p/<W>]`, of a bundle of entries `entries/<N>[.p/<W>]` (tlog-tiles); only what the latest checkpoint covers.',
    example: '0/x001/x234/067.p/18',
    schema: { type: 'string' },
  })
  @ReadsOpenly('A tile of hashes, or the entries of a tile', 'book_unknown', 'not_found')
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({
    description: 'SHA-256 hashes one after another, or entries each after its length in two bytes (big-endian).',
    schema: { type: 'string', format: 'binary' },
  })
  async tile(@PathBook() book: string, @Param('*') path: string, @Res() reply: FastifyReply): Promise<void> {
    const tile = parseTilePath(path);
    const bytes = tile === undefined ? undefined : await this.log.tile(book, tile);
    if (bytes === undefined) throw new HttpProblem('not_found', 'The latest checkpoint of this log has no such tile.');
    await send(reply, BYTES, tile?.width === TILE_WIDTH ? FOR_EVER : FOR_AN_HOUR, bytes);
  }

  @Get(':book/proof/:file')
  @ApiPath('book')
  @ApiParam({ name: 'file', description: '`<seq>.tlog-proof`.', example: '17.tlog-proof', schema: { type: 'string' } })
  @ReadsOpenly('The receipt of an entry as a C2SP tlog-proof, to be kept as a file', 'book_unknown', 'entry_unknown')
  @ApiProduces('text/plain')
  @ApiOkResponse({ description: 'Index, inclusion proof and checkpoint.', schema: { type: 'string' } })
  async proof(@PathBook() book: string, @Param('file') file: string, @Res() reply: FastifyReply): Promise<void> {
    const receipt = await this.log.receipt(book, pathSeq(PROOF_FILE.exec(file)?.[1] ?? ''));
    await send(reply, TEXT, MUTABLE, tlogProofText(receipt));
  }
}

async function send(reply: FastifyReply, type: string, caching: string, body: string | Buffer): Promise<void> {
  await reply.header('content-type', type).header('cache-control', caching).send(body);
}
