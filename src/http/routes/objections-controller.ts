import { Controller, Delete, Get, Header, Param } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ObjectionVault } from '../../vault/objections/objection-vault.js';
import type { Caller } from '../access/roles.js';
import { Allow, TheCaller } from '../access.js';
import { StatementAnswer, StatementErasedAnswer } from '../bodies/objections.js';
import { Reads } from '../openapi/documented.js';
import { ApiPath, PathId } from '../path-id.js';

const OBJECTION = { name: 'objection', unknown: 'objection_unknown' } as const;

/** What a bureau does with objections and reports; they are filed in disclosure, without a token. */
@ApiTags('objections')
@ApiPath('book', 'objection')
@Controller('v1/books/:book/objections/:objection')
export class ObjectionsController {
  constructor(private readonly vault: ObjectionVault) {}

  @Get('statement')
  @Allow('clerk', 'reviewer', 'admin')
  @Header('cache-control', 'no-store')
  @Reads('What the author said, and who that is where it was told', 'objection_unknown', 'personal_data_erased')
  @ApiOkResponse({ type: StatementAnswer })
  async statement(@Param('book') book: string, @PathId(OBJECTION) objection: string): Promise<StatementAnswer> {
    return { book, objection, ...(await this.vault.read(book, objection)) };
  }

  @Delete('statement')
  @Allow('admin')
  @Reads('Erases what the author said, for ever; the objection, its answer and all proofs stand', 'objection_unknown')
  @ApiOkResponse({ type: StatementErasedAnswer })
  async erase(
    @TheCaller() { actor }: Caller,
    @Param('book') book: string,
    @PathId(OBJECTION) objection: string,
  ): Promise<StatementErasedAnswer> {
    const erasedAt = await this.vault.erase(book, objection, actor);
    return { book, objection, erasedAt: erasedAt.toISOString() };
  }
}
