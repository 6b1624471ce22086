import type { Pool, PoolClient } from 'pg';

/** The sweep leaves the seal for its posting, which is tried again. False where the sweep was there first. */
export async function askAgain(pool: Pool, book: string, command: string): Promise<boolean> {
  const { rowCount } = await pool.query('update vault_seals set created_at = now() where book = $1 and command = $2', [
    book,
    command,
  ]);
  return rowCount === 1;
}

/** The seal, unless it was asked for since `age`, and the person where nothing else speaks of it. Answers how many seals. */
export async function deleteSeal(client: PoolClient, book: string, command: string, age: string): Promise<number> {
  const { rows } = await client.query<{ beneficiary: string }>(
    `select beneficiary from vault_seals join vault_people using (book, beneficiary)
     where book = $1 and command = $2 and enrolled_at is null and vault_seals.created_at < now() - ${age} for update`,
    [book, command],
  );
  if (rows.length === 0) return 0;
  await client.query('delete from vault_seals where book = $1 and command = $2', [book, command]);
  await client.query(
    `delete from vault_people where book = $1 and beneficiary = $2
       and not exists (select from vault_seals where book = $1 and beneficiary = $2)`,
    [book, rows[0]?.beneficiary],
  );
  return 1;
}
