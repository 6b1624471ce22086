import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, ValidateBy } from 'class-validator';
import type { KeyStart } from '../../log/log-keys.js';
import type { Consistency } from '../../log/published-log.js';
import { parseUint64 } from '../../log/uint64.js';
import { mustBe } from '../validation/allowed.js';

class KeyStartAnswer implements KeyStart {
  @ApiProperty({ example: 'ledger.example/log+8f2a6c01+AaWkPqfz6Cyb4YB5zHYKUcRBXe8VRmBfUPVvHxN2Db4P' })
  vkey!: string;

  @ApiProperty({ type: 'integer', description: 'The first size whose checkpoint it signs.', example: 1 })
  fromSize!: number;
}

export class LogKeysAnswer {
  @ApiProperty({ example: '640121' })
  book!: string;

  @ApiProperty({ type: [KeyStartAnswer], description: 'The present one first.' })
  keys!: KeyStart[];
}

const isSize = (value: unknown) => typeof value === 'string' && (parseUint64(value) ?? 0n) >= 1n;
const Size = () =>
  ValidateBy(
    { name: 'isSize', validator: { validate: isSize } },
    {
      message: mustBe({
        zh: '1 至 18446744073709551615 的整数,前面不加零',
        en: 'a whole number from 1 to 18446744073709551615, without leading zeroes',
      }),
    },
  );

/** Sizes stay texts: they go up to 2^64 - 1. */
export class ConsistencyQuery {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'Size of the earlier log.', example: 17 })
  @Size()
  from!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    required: false,
    description: 'Size of the later log; the latest where absent.',
  })
  @IsOptional()
  @Size()
  to?: string;
}

export class ConsistencyAnswer implements Consistency {
  @ApiProperty({ example: '640121' })
  book!: string;

  @ApiProperty({ type: 'integer', example: 17 })
  from!: number;

  @ApiProperty({ type: 'integer', example: 18 })
  to!: number;

  @ApiProperty({
    description: 'Consistency proof of RFC 6962, 2.1.2, each hash in base64; empty where both sizes are the same.',
    type: [String],
    example: ['dRwSjcBFGRxvGYVHVoTmPTDBFFyUXcW4PB1hUBYBIyo='],
  })
  proof!: string[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The checkpoint of the size `to`; null where none was signed at just that size.',
    example:
      '127.0.0.1:3000/log/640121\n18\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— 127.0.0.1:3000/log Az3grlgtzPIC…\n',
  })
  checkpoint!: string | null;
}
